namespace Hutch.Detectors.Writing;

/// <summary>What a writer is asked to do.</summary>
/// <param name="OutputFile">The file to make, an absolute path.</param>
/// <param name="Images">How many images to write.</param>
/// <param name="RunId">By which the run is known; stands in the file too.</param>
public sealed record WriterRun(string OutputFile, int Images, ulong RunId);

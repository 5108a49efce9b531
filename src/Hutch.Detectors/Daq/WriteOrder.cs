namespace Hutch.Detectors.Daq;

/// <summary>What a user asks the writers to do.</summary>
/// <param name="Images">How many images, 1 to 2147483647.</param>
/// <param name="OutputFile">The file, see <see cref="OutputPlace"/>.</param>
/// <param name="RunId">By which the run is to be known; null for the time in nanoseconds.</param>
public sealed record WriteOrder(long Images, string OutputFile, ulong? RunId = null);

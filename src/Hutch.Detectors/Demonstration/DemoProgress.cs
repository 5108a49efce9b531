namespace Hutch.Detectors.Demonstration;

/// <summary>How far a demonstration is.</summary>
/// <param name="Elapsed">Since the first packet.</param>
/// <param name="ImagesSent">By the simulator.</param>
/// <param name="ImagesWritten">In the file.</param>
/// <param name="BytesWritten">Pixels in the file.</param>
/// <param name="PacketsLost">Packets missing in the frames so far, at whatever stage they were lost.</param>
public sealed record DemoProgress(TimeSpan Elapsed, long ImagesSent, long ImagesWritten, long BytesWritten, long PacketsLost);

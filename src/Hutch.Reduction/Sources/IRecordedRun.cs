namespace Hutch.Reduction.Sources;

/// <summary>A run in a file.</summary>
internal interface IRecordedRun : IDisposable
{
    /// <summary>Hands the next chunk over, or the end of the run.</summary>
    /// <returns>False after the end.</returns>
    bool Read(IChunkSink sink, CancellationToken stop);
}

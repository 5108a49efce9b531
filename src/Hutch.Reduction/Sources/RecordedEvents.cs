using Hutch.Native.Hdf5;
using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources;

/// <summary>A run of events in a NeXus file.</summary>
internal sealed class RecordedEvents : IRecordedRun
{
    private readonly NexusEvents _events;
    private readonly EventChunks _chunks;
    private readonly string _run;
    private int _next;

    private RecordedEvents(string path, NexusEvents events, ReductionConfiguration configuration) =>
        (_run, _events, _chunks) = (Path.GetFileNameWithoutExtension(path), events, new EventChunks(configuration));

    public static RecordedEvents? TryOpen(Hdf5File file, ReductionConfiguration configuration) =>
        NexusEvents.TryOpen(file) is { } events ? new RecordedEvents(file.Path, events, configuration) : null;

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (_next == _events.Pulses)
        {
            _chunks.End(sink, stop);
            return false;
        }
        var (time, ids, tofs) = _events.Pulse(_next++);
        _chunks.Add(_run, time, 1, ids, tofs, sink, stop);
        return true;
    }

    public void Dispose() => _events.Dispose();
}

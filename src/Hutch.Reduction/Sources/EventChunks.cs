using System.Runtime.InteropServices;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources;

/// <summary>
/// Makes chunks of events: a fixed number of pulses each, counted from the beginning of the run, so that a run makes the same chunks
/// whether it is live or replayed. Where events are not preserved, they are counted into an image of spectra by time of flight.
/// </summary>
internal sealed class EventChunks
{
    private readonly ReductionConfiguration _configuration;
    private readonly Dictionary<uint, int>? _rows;
    private readonly long _start;
    private EventRecord[] _events = new EventRecord[1024];
    private int _count;
    private int _pulses;
    private long _firstTime;
    private string? _run;

    public EventChunks(ReductionConfiguration configuration)
    {
        _configuration = configuration;
        _rows = configuration.Spectra?.Select((id, row) => (Id: (uint)id, row)).ToDictionary(s => s.Id, s => s.row);
        _start = configuration.StartTime is { } start ? EventTime.Of(start) : long.MinValue;
    }

    /// <summary>The last values of the instrument's logs; every chunk has them as <c>logs</c>.</summary>
    public Dictionary<string, object> Logs { get; } = [];

    /// <summary>Takes a pulse of a run; another run ends the one before.</summary>
    public void Add(string run, long timeNs, int period, ReadOnlySpan<uint> ids, ReadOnlySpan<float> tofs, IChunkSink sink, CancellationToken stop)
    {
        if (run != _run)
        {
            End(sink, stop);
            _run = run;
        }
        if (timeNs < _start || _configuration.Periods?.Contains(period) == false)
            return;
        if (_pulses++ == 0)
            _firstTime = timeNs;
        if (_events.Length < _count + ids.Length)
            Array.Resize(ref _events, Math.Max(_events.Length * 2, _count + ids.Length));
        for (var i = 0; i < ids.Length; i++)
        {
            if (_rows is null || _rows.ContainsKey(ids[i]))
                _events[_count++] = new EventRecord(timeNs, tofs[i], ids[i]);
        }
        if (_pulses == _configuration.PulsesPerChunk)
            Flush(sink, stop);
    }

    /// <summary>Ends the run, if there is one.</summary>
    public void End(IChunkSink sink, CancellationToken stop)
    {
        if (_run is null)
            return;
        Flush(sink, stop);
        sink.Submit(EndOfRun.Of(_run));
        _run = null;
    }

    /// <summary>Forgets what was not handed over.</summary>
    public void Clear() => (_run, _count, _pulses) = (null, 0, 0);

    private void Flush(IChunkSink sink, CancellationToken stop)
    {
        if (_pulses == 0)
            return;
        var events = _events.AsSpan(0, _count);
        var axis = _configuration.Histogram;
        var attributes = new Dictionary<string, object?> { ["time_ns"] = _firstTime, ["pulses"] = _pulses };
        if (Logs.Count > 0)
            attributes["logs"] = new Dictionary<string, object>(Logs);
        Chunk chunk;
        if (_configuration.PreserveEvents)
        {
            attributes["units"] = new Dictionary<string, string> { ["time_ns"] = "ns since 1970-01-01 UTC", ["tof"] = "us" };
            var bytes = MemoryMarshal.AsBytes(events);
            var block = sink.Reserve(bytes.Length, stop);
            bytes.CopyTo(sink.Span(block));
            chunk = new Chunk { Run = _run!, Type = EventRecord.NumpyType, Shape = [events.Length], Block = block, Attributes = attributes };
        }
        else
        {
            var rows = _rows?.Count ?? axis.Ids;
            attributes["units"] = "counts";
            attributes["tof_edges"] = new Dictionary<string, double> { ["min"] = axis.TofMin, ["max"] = axis.TofMax, ["bins"] = axis.Bins };
            var block = sink.Reserve((long)rows * axis.Bins * sizeof(uint), stop);
            Histogram(events, MemoryMarshal.Cast<byte, uint>(sink.Span(block)), rows);
            chunk = new Chunk { Run = _run!, Type = LiveResults.NumpyType.UInt32, Shape = [rows, axis.Bins], Block = block, Attributes = attributes };
        }
        (_count, _pulses) = (0, 0);
        sink.Submit(chunk);
    }

    private void Histogram(ReadOnlySpan<EventRecord> events, Span<uint> counts, int rows)
    {
        counts.Clear();
        var axis = _configuration.Histogram;
        var scale = axis.Bins / (axis.TofMax - axis.TofMin);
        foreach (var e in events)
        {
            var bin = (e.Tof - axis.TofMin) * scale;
            var row = _rows is null ? (int)Math.Min(e.Id, int.MaxValue) : _rows[e.Id];
            if (bin >= 0 && bin < axis.Bins && row < rows)
                counts[(row * axis.Bins) + (int)bin]++;
        }
    }
}

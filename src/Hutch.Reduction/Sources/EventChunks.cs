using System.Runtime.CompilerServices;
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
    private Dictionary<uint, int>? _rows;
    private readonly long _start;
    private readonly int _mostEvents;
    private EventRecord[] _events = new EventRecord[1024];
    private readonly uint[] _counts = [];
    private int _count;
    private int _pulses;
    private int _period;
    private long _firstTime;
    private long _time;
    private string? _run;

    public EventChunks(ReductionConfiguration configuration)
    {
        _configuration = configuration;
        _rows = RowsOf(null);
        _start = configuration.StartTime is { } start ? EventTime.Of(start) : long.MinValue;
        // A chunk that takes more than half of the buffer would leave no room to take the next one meanwhile.
        _mostEvents = (int)Math.Min(((long)configuration.BufferMb << 20) / 2 / Unsafe.SizeOf<EventRecord>(), int.MaxValue / Unsafe.SizeOf<EventRecord>());
        if (!configuration.PreserveEvents)
            _counts = new uint[(long)Rows * configuration.Histogram.Bins];
    }

    /// <summary>What is known beside the events.</summary>
    public ChunkMetadata Metadata { get; } = new();

    /// <summary>Whether chunks for which there is no room are left out and counted, instead of making the source wait. Default false.</summary>
    public bool SkipsWhenFull { get; init; }

    /// <summary>Events of chunks that were left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>The run whose chunks are made; null: none.</summary>
    public string? Run => _run;

    private int Rows => _configuration.Spectra?.Count ?? _configuration.Histogram.Ids;

    /// <summary>The spectrum of each detector id; null: spectra are detector ids. It holds for the run that begins.</summary>
    public IReadOnlyDictionary<uint, int>? SpectrumOf
    {
        set => _rows = RowsOf(value);
    }

    /// <summary>Takes a pulse of a run; another run ends the one before.</summary>
    public void Add(string run, long timeNs, int period, ReadOnlySpan<uint> ids, ReadOnlySpan<float> tofs, IChunkSink sink, CancellationToken stop)
    {
        if (!BeginPulse(run, timeNs, period, sink, stop))
            return;
        Append(new SeparateEvents(ids, tofs));
        EndPulse(sink, stop);
    }

    /// <summary>Begins a pulse of a run; another run ends the one before. Then come <see cref="Append"/>, any number of times, and <see cref="EndPulse"/>.</summary>
    /// <returns>False if it is none that is wanted; then nothing of it is to be given.</returns>
    public bool BeginPulse(string run, long timeNs, int period, IChunkSink sink, CancellationToken stop)
    {
        if (run != _run)
        {
            End(sink, stop);
            _run = run;
        }
        if (timeNs < _start || _configuration.Periods?.Contains(period) == false)
            return false;
        if (_pulses == 0 || period != _period)
            Metadata.AddPeriod(timeNs, period);
        (_time, _period) = (timeNs, period);
        if (_pulses++ == 0)
            _firstTime = timeNs;
        return true;
    }

    /// <summary>Takes events of the present pulse.</summary>
    public void Append<T>(T events)
        where T : IEvents, allows ref struct
    {
        if (_configuration.PreserveEvents)
            Keep(events);
        else
            CountIn(events);
    }

    /// <summary>Ends the present pulse, and hands a chunk over if it is complete.</summary>
    public void EndPulse(IChunkSink sink, CancellationToken stop)
    {
        if (_pulses >= _configuration.PulsesPerChunk || _count > _mostEvents)
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
    public void Clear()
    {
        _run = null;
        Empty();
    }

    // The row of each detector id that is wanted; null: all are, each in the row of its id.
    private Dictionary<uint, int>? RowsOf(IReadOnlyDictionary<uint, int>? spectrumOf)
    {
        var rows = _configuration.Spectra?.Select((spectrum, row) => (spectrum, row)).ToDictionary(s => s.spectrum, s => s.row);
        if (spectrumOf is null)
            return rows?.ToDictionary(r => (uint)r.Key, r => r.Value);
        if (rows is null && _configuration.PreserveEvents)
            return null;
        return spectrumOf.Where(s => rows is null ? (uint)s.Value < _configuration.Histogram.Ids : rows.ContainsKey(s.Value))
            .ToDictionary(s => s.Key, s => rows is null ? s.Value : rows[s.Value]);
    }

    private void Empty()
    {
        (_count, _pulses) = (0, 0);
        Metadata.Clear();
        Array.Clear(_counts);
    }

    private void Keep<T>(T events)
        where T : IEvents, allows ref struct
    {
        if (_events.Length - _count < events.Count)
            Array.Resize(ref _events, Math.Max(_events.Length * 2, _count + events.Count));
        var target = _events.AsSpan(_count, events.Count);
        if (_rows is null)
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = new EventRecord(_time, events.Tof(i), events.Id(i));
            _count += target.Length;
            return;
        }
        for (var i = 0; i < target.Length; i++)
        {
            if (_rows.ContainsKey(events.Id(i)))
                _events[_count++] = new EventRecord(_time, events.Tof(i), events.Id(i));
        }
    }

    private void CountIn<T>(T events)
        where T : IEvents, allows ref struct
    {
        var axis = _configuration.Histogram;
        var (counts, bins, least, rows) = (_counts, axis.Bins, axis.TofMin, (uint)Rows);
        var scale = bins / (axis.TofMax - least);
        for (var i = 0; i < events.Count; i++)
        {
            var bin = (events.Tof(i) - least) * scale;
            var row = events.Id(i);
            if (_rows is not null)
                row = _rows.TryGetValue(row, out var known) ? (uint)known : uint.MaxValue;
            if (bin >= 0 && bin < bins && row < rows)
                counts[(row * bins) + (int)bin]++;
        }
        _count += events.Count;
    }

    private void Flush(IChunkSink sink, CancellationToken stop)
    {
        if (_pulses == 0)
            return;
        var data = _configuration.PreserveEvents ? MemoryMarshal.AsBytes(_events.AsSpan(0, _count)) : MemoryMarshal.AsBytes(_counts.AsSpan());
        if (!SkipsWhenFull)
            Submit(data, sink.Reserve(data.Length, stop), sink);
        else if (sink.TryReserve(data.Length, out var block))
            Submit(data, block, sink);
        else
            Skip(sink);
        Empty();
    }

    private void Skip(IChunkSink sink)
    {
        Skipped += _count;
        sink.CountLost(1, $"{_pulses} pulses with {_count} events: the scripts are too slow, and the buffer of {_configuration.BufferMb} MiB (buffer_mb) is full");
    }

    private void Submit(ReadOnlySpan<byte> data, ChunkBlock block, IChunkSink sink)
    {
        data.CopyTo(sink.Span(block));
        var attributes = new Dictionary<string, object?> { ["time_ns"] = _firstTime, ["pulses"] = _pulses };
        Metadata.MoveTo(attributes);
        if (_configuration.PreserveEvents)
        {
            attributes["units"] = new Dictionary<string, string> { ["time_ns"] = "ns since 1970-01-01 UTC", ["tof"] = "us", ["proton_charge"] = "pC" };
            sink.Submit(new Chunk { Run = _run!, Type = EventRecord.NumpyType, Shape = [_count], Block = block, Attributes = attributes });
            return;
        }
        var axis = _configuration.Histogram;
        attributes["units"] = "counts";
        attributes["tof_edges"] = new Dictionary<string, double> { ["min"] = axis.TofMin, ["max"] = axis.TofMax, ["bins"] = axis.Bins };
        sink.Submit(new Chunk { Run = _run!, Type = LiveResults.NumpyType.UInt32, Shape = [Rows, axis.Bins], Block = block, Attributes = attributes });
    }
}

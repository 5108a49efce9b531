using System.Diagnostics;
using Confluent.Kafka;
using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>
/// Events from Kafka, as ESS and ISIS send them: <c>ev44</c> (events), <c>f144</c> (logs), <c>pl72</c> and <c>6s4t</c> (runs). It starts at the
/// latest run's beginning. Which run a pulse belongs to is decided by its time, after all run messages sent until then have been read; pulses
/// of the next run are held until the present one is complete: all sources are past its end, or nothing of it has come for a second.
/// </summary>
internal sealed class KafkaSource : IChunkSource
{
    private const int MostBatchBytes = 8 << 20;
    private const long MostHeldBytes = 256L << 20;
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    // Clocks of producers differ: events are looked for from a little before the run on; their own times decide.
    private const long SlackNs = 2_000_000_000;

    private readonly KafkaAddress _address;
    private readonly ReductionConfiguration _configuration;
    private readonly KafkaReader _data;
    private readonly KafkaReader? _runTopic;
    private readonly KafkaRuns _runs;
    private readonly EventChunks _chunks;
    private readonly Dictionary<string, long> _lastIds = [];
    private readonly HashSet<string> _sources = [];         // that have given something of the present run
    private readonly HashSet<string> _past = [];            // of these, the ones that are past its end
    private readonly Queue<byte[]> _batch = new();
    private readonly List<(byte[] Message, int Pulse)> _held = [];
    private float[] _tofs = [];
    private KafkaRun? _current;
    private long _heldBytes;
    private long _lastOfRun;
    private long _newestMs;
    private long _outside;
    private bool _started;
    private volatile string? _problem;

    public KafkaSource(KafkaAddress address, ReductionConfiguration configuration)
    {
        (_address, _configuration) = (address, configuration);
        _chunks = new EventChunks(configuration);
        var properties = KafkaProperties.Read(configuration.KafkaConfig);
        _data = new KafkaReader(address.Brokers, [.. address.DataTopics], configuration.Instrument, properties);
        _runTopic = address.RunTopics.Any() ? new KafkaReader(address.Brokers, [.. address.RunTopics], configuration.Instrument, properties) : null;
        _runs = new KafkaRuns(areTold: _runTopic is not null);
    }

    public string Description
    {
        get
        {
            var problem = _problem ?? _data.Problem ?? _runTopic?.Problem;
            return _address + (_data.Behind > 0 ? $", {_data.Behind} messages behind" : "") + (_outside > 0 ? $", {_outside} pulses between runs skipped" : "")
                + (problem is null ? "" : $" ({problem})");
        }
    }

    public bool CanRewind => false;

    /// <summary>How old the last message is, if there are more.</summary>
    public TimeSpan Lag => _data.Behind > 0 && Volatile.Read(ref _newestMs) is > 0 and var ms ? TimeSpan.FromMilliseconds(Math.Max(0, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - ms)) : TimeSpan.Zero;

    public void Rewind() => throw new NotSupportedException("a stream is not read again");

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        try
        {
            if (!_started && !(_started = Start()))
            {
                stop.WaitHandle.WaitOne(200);
                return true;
            }
            if (_batch.Count == 0)
                Fill();
            ReadRuns(sink);
            _problem = null;
        }
        catch (KafkaException error)
        {
            // The broker is away: what was read is kept until the runs are known.
            _problem = error.Error.Reason;
            stop.WaitHandle.WaitOne(100);
            return true;
        }
        while (_batch.TryDequeue(out var message))
            Take(message, sink, stop);
        EndRun(sink, stop);
        return true;
    }

    /// <summary>Takes a message, after all run messages that were sent before it.</summary>
    public void Take(byte[] message, IChunkSink sink, CancellationToken stop)
    {
        var schema = FlatTable.SchemaOf(message);
        if (schema.SequenceEqual(EventMessage.Schema))
        {
            if (!EventMessage.TryRead(message, out var events))
                sink.CountLost(1, "a damaged ev44 message");
            else if (IsNew(events, sink))
                TakePulses(message, events, 0, sink, stop);
        }
        else if (schema.SequenceEqual(LogDataMessage.Schema))
        {
            if (LogDataMessage.TryRead(message) is { } log)
                _chunks.Metadata.AddLog(log.SourceName, log.TimeNs, log.Value);
            else
                sink.CountLost(1, "a damaged f144 message");
        }
        else if (schema.SequenceEqual(RunMessage.StartSchema) || schema.SequenceEqual(RunMessage.StopSchema))
        {
            TakeRun(message, sink);
        }
    }

    /// <summary>Ends the run if it is complete, and begins with what was held of the next.</summary>
    public void EndRun(IChunkSink sink, CancellationToken stop)
    {
        while (_current is { StopNs: not null } && IsComplete())
        {
            _chunks.End(sink, stop);
            (_current, _heldBytes) = (null, 0);
            _sources.Clear();
            _past.Clear();
            var held = _held.ToArray();
            _held.Clear();
            foreach (var (message, pulse) in held)
            {
                if (EventMessage.TryRead(message, out var events))
                    TakePulses(message, events, pulse, sink, stop);
            }
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        _runTopic?.Dispose();
    }

    private bool Start()
    {
        if (!_data.TryFind() || _runTopic?.TryFind() == false)
            return false;
        _runTopic?.StartBackwards(messages =>
        {
            var told = messages.Where(IsRunMessage).Select(m => RunMessage.TryRead(m)).OfType<RunMessage>().ToList();
            var wanted = _configuration.StartTime is { } time ? EventTime.Of(time) : long.MaxValue;
            if (told.FindLast(r => r.StartNs <= wanted) is not { } latest)
                return false;
            told.SkipWhile(r => r != latest).ToList().ForEach(_runs.Take);
            return true;
        });
        long? from = _configuration.StartTime is { } start ? EventTime.Of(start) : _runTopic is null || _configuration.StartNow ? null : _runs.Last?.StartNs;
        _data.StartAt(from - SlackNs);
        return true;
    }

    private void Fill()
    {
        var bytes = 0;
        var patience = TimeSpan.FromMilliseconds(100);
        while (bytes < MostBatchBytes && _data.Read(patience) is { } read)
        {
            patience = TimeSpan.Zero;
            Volatile.Write(ref _newestMs, read.Message.Timestamp.UnixTimestampMs);
            if (read.Message.Value is not { } value)
                continue;
            _batch.Enqueue(value);
            bytes += value.Length;
        }
    }

    // A run start is sent before the run's events, so the run messages that are there when the events arrive are all that matter to them.
    private void ReadRuns(IChunkSink sink)
    {
        foreach (var message in _runTopic?.ReadToEnd() ?? [])
        {
            if (IsRunMessage(message))
                TakeRun(message, sink);
        }
    }

    private static bool IsRunMessage(byte[] message) =>
        FlatTable.SchemaOf(message) is var schema && (schema.SequenceEqual(RunMessage.StartSchema) || schema.SequenceEqual(RunMessage.StopSchema));

    private void TakeRun(byte[] message, IChunkSink sink)
    {
        if (RunMessage.TryRead(message) is { } run)
            _runs.Take(run);
        else
            sink.CountLost(1, "a damaged pl72 or 6s4t message");
    }

    private bool IsNew(in EventMessage events, IChunkSink sink)
    {
        // A producer that was started again begins with another number.
        if (_lastIds.TryGetValue(events.SourceName, out var last) && events.MessageId > last && events.MessageId - 1 > last)
            sink.CountLost(events.MessageId - last - 1, $"messages of {events.SourceName} before message {events.MessageId} did not arrive");
        var again = events.MessageId == last && _lastIds.ContainsKey(events.SourceName);
        if (again)
            sink.CountLost(1, $"message {events.MessageId} of {events.SourceName} arrived twice; the second is skipped");
        _lastIds[events.SourceName] = events.MessageId;
        return !again;
    }

    private void TakePulses(byte[] message, in EventMessage events, int first, IChunkSink sink, CancellationToken stop)
    {
        // A monitor has no pixels.
        if (events.PixelId.IsEmpty && !events.TimeOfFlight.IsEmpty)
            return;
        for (var pulse = first; pulse < events.ReferenceTime.Length; pulse++)
        {
            var time = events.ReferenceTime[pulse];
            var run = _runs.At(time);
            if (_current is { StopNs: { } end } && time >= end)
                _past.Add(events.SourceName);
            if (run is null)
            {
                _outside++;
            }
            else if (_current is null || run == _current)
            {
                if (_current is null)
                    Begin(run);
                _sources.Add(events.SourceName);
                _lastOfRun = Stopwatch.GetTimestamp();
                Add(run, time, events, pulse, sink, stop);
            }
            else if (run.StartNs < _current.StartNs)
            {
                sink.CountLost(1, $"a pulse of {events.SourceName} arrived after its run {run.Name} was complete");
            }
            else
            {
                // The rest of the message is of this run or a later one.
                _held.Add((message, pulse));
                _heldBytes += message.Length;
                return;
            }
        }
    }

    private void Begin(KafkaRun run)
    {
        _current = run;
        _chunks.SpectrumOf = run.Details?.SpectrumOf;
        if (run.Details is { } details)
            _chunks.Metadata.Facts["run_info"] = details.Facts;
        else
            _chunks.Metadata.Facts.Remove("run_info");
    }

    private void Add(KafkaRun run, long time, in EventMessage events, int pulse, IChunkSink sink, CancellationToken stop)
    {
        var nanoseconds = events.TimeOfFlight[events.Events(pulse)];
        if (_tofs.Length < nanoseconds.Length)
            _tofs = new float[nanoseconds.Length * 2];
        var tofs = _tofs.AsSpan(0, nanoseconds.Length);
        for (var i = 0; i < tofs.Length; i++)
            tofs[i] = (float)(nanoseconds[i] / 1000.0);
        _chunks.Add(run.Name, time, 1, events.PixelId[events.Events(pulse)], tofs, sink, stop);
    }

    private bool IsComplete() =>
        (_sources.Count > 0 && _sources.IsSubsetOf(_past)) || _heldBytes > MostHeldBytes || (_data.Behind == 0 && Stopwatch.GetElapsedTime(_lastOfRun) > Quiet);
}

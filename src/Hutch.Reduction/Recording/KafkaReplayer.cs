using System.Diagnostics;
using Confluent.Kafka;
using Hutch.Services;

namespace Hutch.Reduction.Recording;

/// <summary>Sends a recording to a broker again, each message to its topic and with its time, so that a listener finds runs as they were.</summary>
public sealed class KafkaReplayer : Service
{
    private readonly KafkaRecordingReader _recording;
    private readonly double _speed;
    private readonly IProducer<Null, byte[]> _producer;
    private long _startedAt;
    private int _next;

    /// <summary>Makes it.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="brokers"><c>host:port</c></param>
    /// <param name="speed">1: as recorded; 2: twice as fast; 0: as fast as it goes.</param>
    public KafkaReplayer(KafkaRecordingReader recording, string brokers, double speed)
        : base("kafka-replay", null)
    {
        (_recording, _speed) = (recording, speed);
        _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = brokers, MessageMaxBytes = 100_000_000, EnableIdempotence = false })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Problem = error.Reason).Build();
        OnError = ErrorAction.Fail;
    }

    /// <summary>Messages sent.</summary>
    public long Messages => _next;

    /// <summary>Messages that the broker did not take.</summary>
    public long Failed { get; private set; }

    /// <summary>What the broker's client complained about last.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting() => _startedAt = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_next == _recording.Messages)
        {
            _producer.Flush(stop);
            Stop();
            return null;
        }
        var record = _recording[_next];
        var due = _speed > 0 ? TimeSpan.FromMilliseconds((record.TimeMs - _recording[0].TimeMs) / _speed) : TimeSpan.Zero;
        if (due - Stopwatch.GetElapsedTime(_startedAt) is var wait && wait > TimeSpan.Zero)
            return wait < TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
        try
        {
            var message = new Message<Null, byte[]> { Value = record.Value, Timestamp = new Timestamp(record.TimeMs, TimestampType.CreateTime) };
            _producer.Produce(record.Topic, message, report => Failed += report.Error.IsError ? 1 : 0);
            _next++;
        }
        catch (ProduceException<Null, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
        {
            _producer.Poll(TimeSpan.FromMilliseconds(50));
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _producer.Flush(TimeSpan.FromSeconds(5));
        _producer.Dispose();
    }
}

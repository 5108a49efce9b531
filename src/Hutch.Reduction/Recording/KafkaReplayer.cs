using System.Diagnostics;
using Confluent.Kafka;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Services;

namespace Hutch.Reduction.Recording;

/// <summary>Sends a recording to a broker again, each message to its topic and with its time, so that a listener finds runs as they were.</summary>
public sealed class KafkaReplayer : Service
{
    private readonly KafkaRecordingReader _recording;
    private readonly double _speed;
    private readonly IProducer<Null, byte[]> _producer;
    private readonly Dictionary<string, int> _partitions = [];
    private long _startedAt;
    private int _next;

    /// <summary>Makes it.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="brokers"><c>host:port</c></param>
    /// <param name="speed">1: as recorded; 2: twice as fast; 0: as fast as possible.</param>
    /// <param name="properties">Further properties that the brokers need; null: none.</param>
    public KafkaReplayer(KafkaRecordingReader recording, string brokers, double speed, KafkaProperties? properties = null)
        : base("kafka-replay", null)
    {
        (_recording, _speed) = (recording, speed);
        _producer = new ProducerBuilder<Null, byte[]>((properties ?? KafkaProperties.None).On(new ProducerConfig { BootstrapServers = brokers, MessageMaxBytes = 100_000_000, EnableIdempotence = false }))
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
            _producer.Produce(new TopicPartition(record.Topic, PartitionOf(record)), message, report => Failed += report.Error.IsError ? 1 : 0);
            _next++;
        }
        catch (ProduceException<Null, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
        {
            _producer.Poll(TimeSpan.FromMilliseconds(50));
        }
        return null;
    }

    // The messages of a source are in order within their partition only.
    private int PartitionOf(KafkaRecord record)
    {
        if (!_partitions.TryGetValue(record.Topic, out var count))
        {
            using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
            count = Partitions(admin, record.Topic);
            _partitions[record.Topic] = count;
        }
        return count > 0 ? record.Partition % count : record.Partition;
    }

    // 0: the broker is away, or makes the topic when the first message comes.
    private static int Partitions(IAdminClient admin, string topic)
    {
        try
        {
            return admin.GetMetadata(topic, TimeSpan.FromSeconds(2)).Topics.Find(t => t.Topic == topic)?.Partitions.Count ?? 0;
        }
        catch (KafkaException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _producer.Flush(TimeSpan.FromSeconds(5));
        _producer.Dispose();
    }
}

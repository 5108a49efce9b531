using System.Diagnostics;
using Confluent.Kafka;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>
/// Reads topics of a broker from a time on, without a group: nothing is committed, and nobody else's reading is disturbed. A broker that is
/// away is waited for; librdkafka then goes on at the offset after the last message. For one thread, except <see cref="Problem"/>.
/// </summary>
internal sealed class KafkaReader : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IConsumer<Ignore, byte[]> _consumer;
    private readonly string _brokers;
    private readonly IReadOnlyList<string> _topics;
    private readonly Dictionary<TopicPartition, long> _next = [];
    private List<TopicPartition> _partitions = [];

    public KafkaReader(string brokers, IReadOnlyList<string> topics, string name, KafkaProperties properties)
    {
        (_brokers, _topics) = (brokers, topics);
        _consumer = new ConsumerBuilder<Ignore, byte[]>(properties.On(new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = $"hutch-{name}",
            ClientId = $"hutch-{name}",
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            AllowAutoCreateTopics = false,
            ReconnectBackoffMaxMs = 1000,
            FetchWaitMaxMs = 50,
            SocketTimeoutMs = 3000,     // of a broker whose host is gone without a word
            MessageMaxBytes = 100_000_000,
        })).SetErrorHandler((_, error) => Problem = error.Reason).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>What went wrong last; null since a message came.</summary>
    public string? Problem { get; private set; }

    /// <summary>How many messages are there that were not read, as far as the broker has told.</summary>
    public long Behind { get; private set; }

    /// <summary>Finds the partitions of the topics.</summary>
    /// <returns>False if the broker is away, or a topic does not exist yet.</returns>
    public bool TryFind()
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
            var partitions = new List<TopicPartition>();
            foreach (var topic in _topics)
            {
                var told = admin.GetMetadata(topic, Patience).Topics.Single(t => t.Topic == topic);
                if (told.Error.IsError || told.Partitions.Count == 0)
                {
                    Problem = $"topic {topic}: {told.Error.Reason}";
                    return false;
                }
                partitions.AddRange(told.Partitions.Select(p => new TopicPartition(topic, p.PartitionId)));
            }
            (_partitions, Problem) = (partitions, null);
            return true;
        }
        catch (KafkaException error)
        {
            Problem = $"{_brokers}: {error.Error.Reason}";
            return false;
        }
    }

    /// <summary>Reads from the first messages on that are as young as this; null: from those on that come from now on.</summary>
    /// <exception cref="KafkaException">The broker is away.</exception>
    public void StartAt(long? timeNs)
    {
        if (timeNs is not { } time)
        {
            _consumer.Assign(_partitions.Select(p => new TopicPartitionOffset(p, _consumer.QueryWatermarkOffsets(p, Patience).High)));
            return;
        }
        var milliseconds = Math.Max(0, time / 1_000_000);
        var found = _consumer.OffsetsForTimes(_partitions.Select(p => new TopicPartitionTimestamp(p, new Timestamp(milliseconds, TimestampType.CreateTime))), Patience);
        _consumer.Assign(found.Select(f => f.Offset != Offset.End ? f : new TopicPartitionOffset(f.TopicPartition, EndOrBeginning(f.TopicPartition, milliseconds))).ToList());
    }

    /// <summary>Reads what the last messages of each partition are, then twice as many, until it is enough.</summary>
    /// <param name="isEnough">Gets the messages, the oldest first.</param>
    /// <exception cref="KafkaException">The broker is away.</exception>
    public void StartBackwards(Func<IReadOnlyList<byte[]>, bool> isEnough)
    {
        for (var count = 64L; ; count *= 8)
        {
            var marks = _partitions.ToDictionary(p => p, p => _consumer.QueryWatermarkOffsets(p, Patience));
            _consumer.Assign(marks.Select(m => new TopicPartitionOffset(m.Key, Math.Max(m.Value.Low, m.Value.High - count))));
            if (isEnough(ReadToEnd()) || marks.Values.All(m => m.High - m.Low <= count))
                return;
        }
    }

    /// <summary>Reads all that is there at the moment.</summary>
    /// <exception cref="KafkaException">The broker is away.</exception>
    public IReadOnlyList<byte[]> ReadToEnd()
    {
        var messages = new List<byte[]>();
        foreach (var partition in _consumer.Assignment)
        {
            var end = _consumer.QueryWatermarkOffsets(partition, Patience).High;
            var deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
            while (Next(partition, end) < end)
            {
                if (_consumer.Consume(TimeSpan.FromMilliseconds(50)) is { Message.Value: { } value } read)
                {
                    _next[read.TopicPartition] = read.Offset + 1;
                    messages.Add(value);
                }
                else if (Stopwatch.GetTimestamp() > deadline)
                {
                    throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{partition} returns nothing though it has messages"));
                }
            }
        }
        return messages;
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>Null if none came in time.</returns>
    public ConsumeResult<Ignore, byte[]>? Read(TimeSpan patience)
    {
        try
        {
            var read = _consumer.Consume(patience);
            if (read?.Message is null)
            {
                Behind = _partitions.Sum(Left);
                return null;
            }
            Problem = null;
            Behind = Left(read.TopicPartition);
            return read;
        }
        catch (ConsumeException error)
        {
            Problem = error.Error.Reason;
            return null;
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private long Next(TopicPartition partition, long end)
    {
        var position = _consumer.Position(partition);
        return position.IsSpecial ? _next.GetValueOrDefault(partition, FirstOf(partition, end)) : position.Value;
    }

    private long FirstOf(TopicPartition partition, long end) => _consumer.QueryWatermarkOffsets(partition, Patience) is var marks && marks.Low == end ? end : -1;

    private long Left(TopicPartition partition)
    {
        var (high, position) = (_consumer.GetWatermarkOffsets(partition).High, _consumer.Position(partition));
        return high.IsSpecial || position.IsSpecial ? 0 : Math.Max(0, high.Value - position.Value);
    }

    // "No message is as young": right if the last one is older; a broker that keeps no times (librdkafka's mock) says it always.
    private Offset EndOrBeginning(TopicPartition partition, long milliseconds)
    {
        var marks = _consumer.QueryWatermarkOffsets(partition, Patience);
        if (marks.High == marks.Low)
            return marks.High;
        _consumer.Assign(new TopicPartitionOffset(partition, marks.High - 1));
        var last = _consumer.Consume(Patience);
        return last?.Message.Timestamp.UnixTimestampMs < milliseconds ? marks.High : marks.Low;
    }
}

using Confluent.Kafka;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Services;

namespace Hutch.Reduction.Recording;

/// <summary>Records the messages of topics.</summary>
public sealed class KafkaRecorder : Service
{
    private readonly KafkaRecordingWriter _file;
    private readonly KafkaReader _reader;
    private readonly long? _from;
    private readonly long _messages;
    private bool _started;

    /// <summary>Makes a recorder.</summary>
    /// <param name="address">The topics.</param>
    /// <param name="file">The recording.</param>
    /// <param name="fromNs">Messages from this time on (ns since 1970); null: from now on.</param>
    /// <param name="messages">The number that ends the recording; 0: no limit.</param>
    /// <param name="properties">Further properties that the brokers need; null: none.</param>
    public KafkaRecorder(KafkaAddress address, KafkaRecordingWriter file, long? fromNs, long messages, KafkaProperties? properties = null)
        : base("kafka-dump", null)
    {
        ArgumentNullException.ThrowIfNull(address);
        (_file, _from, _messages, _reader) = (file, fromNs, messages, new KafkaReader(address.Brokers, address.Topics, "dump", properties ?? KafkaProperties.None));
        OnError = ErrorAction.Fail;
    }

    /// <summary>What is wrong at the moment; null if nothing is.</summary>
    public string? Problem => _reader.Problem;

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (!_started)
        {
            try
            {
                if (!_reader.TryFind())
                    return TimeSpan.FromMilliseconds(500);
                _reader.StartAt(_from);
                _started = true;
            }
            catch (KafkaException)
            {
                return TimeSpan.FromMilliseconds(500);
            }
        }
        if (_reader.Read(TimeSpan.FromMilliseconds(100)) is { Message.Value: { } value } read)
            _file.Write(new KafkaRecord(read.Message.Timestamp.UnixTimestampMs, read.Topic, read.Partition.Value, value));
        if (_messages > 0 && _file.Messages >= _messages)
            Stop();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped() => _reader.Dispose();
}

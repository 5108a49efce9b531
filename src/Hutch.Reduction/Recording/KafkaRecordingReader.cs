using System.Text;

namespace Hutch.Reduction.Recording;

/// <summary>
/// Reads a recording in the order of the messages' times. Topics were recorded side by side, so in the file a run's beginning may stand behind its
/// first events.
/// </summary>
public sealed class KafkaRecordingReader : IDisposable
{
    private const int HeaderBytes = 20;
    private const int LongestTopic = 255;

    private readonly FileStream _file;
    private readonly List<(long TimeMs, bool IsData, long At)> _messages = [];

    /// <summary>Opens a file, and looks where its messages are.</summary>
    /// <exception cref="UserErrorException">It is not a recording.</exception>
    public KafkaRecordingReader(string path)
    {
        try
        {
            _file = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
        var magic = new byte[8];
        if (_file.ReadAtLeast(magic, 8, throwOnEndOfStream: false) < 8 || !magic.AsSpan().SequenceEqual(KafkaRecordingWriter.Magic))
            throw new UserErrorException($"{path} is not a recording of hutch kafka dump");
        while (_file.Position < _file.Length)
        {
            var at = _file.Position;
            if (TryRead(at) is not { } record)
            {
                IsTruncated = true;
                break;
            }
            _messages.Add((record.TimeMs, !record.Topic.Contains("runInfo", StringComparison.OrdinalIgnoreCase), at));
        }
        _messages = [.. _messages.OrderBy(m => m.TimeMs).ThenBy(m => m.IsData)];
    }

    /// <summary>Messages in it.</summary>
    public int Messages => _messages.Count;

    /// <summary>Whether it ends in the middle of a message.</summary>
    public bool IsTruncated { get; }

    internal KafkaRecord this[int index] => TryRead(_messages[index].At)!;

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private KafkaRecord? TryRead(long at)
    {
        _file.Position = at;
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (_file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes)
            return null;
        var (topicBytes, valueBytes) = (BitConverter.ToInt32(header[12..]), BitConverter.ToInt32(header[16..]));
        if (topicBytes is <= 0 or > LongestTopic || valueBytes < 0 || at + HeaderBytes + topicBytes + (long)valueBytes > _file.Length)
            return null;
        var (topic, value) = (new byte[topicBytes], new byte[valueBytes]);
        _file.ReadExactly(topic);
        _file.ReadExactly(value);
        return new KafkaRecord(BitConverter.ToInt64(header), Encoding.UTF8.GetString(topic), BitConverter.ToInt32(header[8..]), value);
    }
}

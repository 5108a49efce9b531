using System.Text;

namespace Hutch.Reduction.Recording;

/// <summary>
/// Writes messages of Kafka to a file: <c>HUTCHKAF</c>, then for each its time (i64, ms since 1970), partition (i32), length of the topic (i32) and
/// of the value (i32), topic and value; little-endian.
/// </summary>
public sealed class KafkaRecordingWriter : IDisposable
{
    private readonly BinaryWriter _file;

    /// <summary>Makes the file.</summary>
    /// <exception cref="UserErrorException">It exists, or cannot be made.</exception>
    public KafkaRecordingWriter(string path, bool overwrite)
    {
        try
        {
            _file = new BinaryWriter(new FileStream(path, overwrite ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1 << 20));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(File.Exists(path) && !overwrite ? $"{path} exists; choose another name, or --overwrite" : $"{path} cannot be written: {error.Message}", error);
        }
        _file.Write(Magic);
    }

    internal static ReadOnlySpan<byte> Magic => "HUTCHKAF"u8;

    /// <summary>Messages written.</summary>
    public long Messages { get; private set; }

    internal void Write(KafkaRecord record)
    {
        var topic = Encoding.UTF8.GetBytes(record.Topic);
        _file.Write(record.TimeMs);
        _file.Write(record.Partition);
        _file.Write(topic.Length);
        _file.Write(record.Value.Length);
        _file.Write(topic);
        _file.Write(record.Value);
        Messages++;
    }

    /// <summary>Writes what is left, and closes the file.</summary>
    public void Dispose() => _file.Dispose();
}

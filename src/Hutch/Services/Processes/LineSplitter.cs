using System.Buffers;
using System.Text;

namespace Hutch.Services.Processes;

/// <summary>Makes lines of what a process writes. A line that does not end is cut every 16 KiB.</summary>
internal sealed class LineSplitter(Action<string> line)
{
    private const int LongestLine = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _open = new();

    /// <summary>Takes the next bytes; none means the end.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty && _open.WrittenCount > 0)
            Emit([]);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var room = LongestLine - _open.WrittenCount;
            if (end >= 0 && end <= room)
            {
                Emit(bytes[..end]);
                bytes = bytes[(end + 1)..];
            }
            else if (bytes.Length > room)
            {
                Emit(bytes[..room]);
                bytes = bytes[room..];
            }
            else
            {
                _open.Write(bytes);
                return;
            }
        }
    }

    private void Emit(ReadOnlySpan<byte> rest)
    {
        string text;
        if (_open.WrittenCount == 0)
        {
            text = Encoding.UTF8.GetString(rest);
        }
        else
        {
            _open.Write(rest);
            text = Encoding.UTF8.GetString(_open.WrittenSpan);
            _open.ResetWrittenCount();
        }
        line(text.TrimEnd('\r'));
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Hutch.Bus.Transports.Redis;

/// <summary>Commands that wait to be sent, as bytes.</summary>
internal sealed class RespBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public void Clear()
    {
        // A large message must not keep its memory for ever.
        if (_bytes.Capacity > 1 << 20)
            _bytes.Clear();
        else
            _bytes.ResetWrittenCount();
    }

    /// <summary>Adds a command: an array of bulk strings.</summary>
    public void Add(ReadOnlySpan<RespArgument> words)
    {
        Header((byte)'*', words.Length);
        foreach (var word in words)
        {
            if (word.Text is { } text)
            {
                var length = Encoding.UTF8.GetByteCount(text);
                Header((byte)'$', length);
                Encoding.UTF8.GetBytes(text, _bytes.GetSpan(length));
                _bytes.Advance(length);
            }
            else
            {
                Header((byte)'$', word.Bytes.Length);
                _bytes.Write(word.Bytes.Span);
            }
            _bytes.Write("\r\n"u8);
        }
    }

    private void Header(byte kind, int length)
    {
        var span = _bytes.GetSpan(16);
        span[0] = kind;
        Utf8Formatter.TryFormat(length, span[1..], out var digits);
        span[digits + 1] = (byte)'\r';
        span[digits + 2] = (byte)'\n';
        _bytes.Advance(digits + 3);
    }
}

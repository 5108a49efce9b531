using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hutch.Services.Logging;

/// <summary>
/// A datagram to systemd's journal: <c>NAME=value\n</c>, or, if the value has line ends, <c>NAME\n</c>, its length in eight
/// bytes (little-endian), the value and <c>\n</c>. See "Native Journal Protocol" in systemd's documentation.
/// </summary>
internal sealed class JournalRecord
{
    /// <summary>A datagram of the Unix domain may be as large as the send buffer, 208 KiB by default; longer values are cut.</summary>
    private const int LongestValue = 128 * 1024;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Add(string name, string value)
    {
        _bytes.Write(Encoding.ASCII.GetBytes(FieldName(name)));
        var text = Encoding.UTF8.GetBytes(value);
        if (text.Length > LongestValue)
            text = [.. text.AsSpan(0, LongestValue), .. Encoding.UTF8.GetBytes($" ... ({text.Length - LongestValue} bytes cut)")];
        if (text.AsSpan().Contains((byte)'\n'))
        {
            _bytes.Write("\n"u8);
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), text.Length);
            _bytes.Advance(8);
        }
        else
        {
            _bytes.Write("="u8);
        }
        _bytes.Write(text);
        _bytes.Write("\n"u8);
    }

    // Upper case letters, digits and underscores, not an underscore first, 64 characters at most.
    private static string FieldName(string name)
    {
        var letters = name.ToUpperInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_').Take(64);
        return string.Concat(letters).TrimStart('_');
    }
}

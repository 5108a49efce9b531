using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>
/// A packet where it lies: a header of four words (payload length in bytes; type and version; seconds since 1990; nanoseconds), then the
/// payload, whole words. Everything is little-endian.
/// </summary>
internal readonly ref struct AdaraPacket
{
    public const int HeaderBytes = 16;

    // A pulse of 8 million events. Whoever announces more has lost the beginnings of packets.
    public const int MostPayloadBytes = 64 << 20;

    // 1990-01-01 in seconds after 1970-01-01.
    private const long EpicsEpoch = 631_152_000;

    private AdaraPacket(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>Header and payload.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public ReadOnlySpan<byte> Payload => Bytes[HeaderBytes..];

    public ReadOnlySpan<uint> Words => MemoryMarshal.Cast<byte, uint>(Payload);

    public PacketType Type => (PacketType)(BinaryPrimitives.ReadUInt32LittleEndian(Bytes[4..]) >> 8);

    public int Version => Bytes[4];

    public uint Seconds => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[8..]);

    public uint Nanoseconds => BinaryPrimitives.ReadUInt32LittleEndian(Bytes[12..]);

    public ulong PulseId => ((ulong)Seconds << 32) | Nanoseconds;

    /// <summary>Nanoseconds since 1970, see <see cref="EventTime"/>.</summary>
    public long TimeNs => ((Seconds + EpicsEpoch) * 1_000_000_000) + Nanoseconds;

    /// <summary>Looks for a packet at the beginning of data.</summary>
    /// <returns>False if more bytes are needed.</returns>
    /// <exception cref="InvalidDataException">No packet begins here.</exception>
    public static bool TryRead(ReadOnlySpan<byte> data, out AdaraPacket packet)
    {
        packet = default;
        if (data.Length < HeaderBytes)
            return false;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (length > MostPayloadBytes || length % 4 != 0)
            throw new InvalidDataException($"a packet has a payload of {length} bytes, but that must be a multiple of 4 up to {MostPayloadBytes}: no packet starts here");
        if (data.Length < HeaderBytes + (int)length)
            return false;
        packet = new AdaraPacket(data[..(HeaderBytes + (int)length)]);
        return true;
    }

    /// <summary>Seconds since 1990 of a time; 0 for what is before.</summary>
    public static uint SecondsOf(long timeNs) => (uint)Math.Clamp((timeNs / 1_000_000_000) - EpicsEpoch, 0, uint.MaxValue);

    /// <summary>Reads a text whose length stands in a word before it.</summary>
    /// <returns>Null if it is not all there.</returns>
    public string? Text(int word) => Words is var words && word < words.Length ? Text(word + 1, words[word]) : null;

    /// <summary>Reads a text of a length in bytes.</summary>
    /// <returns>Null if it is not all there.</returns>
    public string? Text(int word, uint length)
    {
        var bytes = Payload;
        var first = word * sizeof(uint);
        return first <= bytes.Length && length <= bytes.Length - first ? Encoding.UTF8.GetString(bytes.Slice(first, (int)length)).TrimEnd('\0') : null;
    }

    /// <summary>A double-precision number in two words.</summary>
    public double Double(int word) => BinaryPrimitives.ReadDoubleLittleEndian(Payload[(word * sizeof(uint))..]);
}

using System.Buffers.Binary;

namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// The header of a message: 16 bytes in big-endian order, <c>command, payload size, type, count, parameter 1, parameter 2</c>. A payload size of
/// 0xFFFF with a count of 0 says that the two real ones follow as 32 bits each (protocol 4.9).
/// </summary>
internal readonly record struct CaHeader(CaCommand Command, uint PayloadSize, ushort Type, uint Count, uint Parameter1, uint Parameter2)
{
    public const int Size = 16;
    public const int ExtendedSize = 24;

    /// <summary>The protocol's minor version that is spoken here, 4.13.</summary>
    public const ushort MinorVersion = 13;

    // Payloads of up to 0x3ff0 bytes go with the short header, so that the oldest clients read them.
    private const uint LongestShort = 0x3ff0;

    /// <summary>Bytes of this header on the wire.</summary>
    public int HeaderSize => PayloadSize > LongestShort || Count > ushort.MaxValue ? ExtendedSize : Size;

    /// <summary>Reads a header.</summary>
    /// <returns>Its length, or 0 if it is not complete yet.</returns>
    public static int TryRead(ReadOnlySpan<byte> bytes, out CaHeader header)
    {
        header = default;
        if (bytes.Length < Size)
            return 0;
        var command = (CaCommand)BinaryPrimitives.ReadUInt16BigEndian(bytes);
        uint size = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        uint count = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        var one = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
        var two = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        if (size != ushort.MaxValue || count != 0)
        {
            header = new CaHeader(command, size, type, count, one, two);
            return Size;
        }
        if (bytes.Length < ExtendedSize)
            return 0;
        header = new CaHeader(command, BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), type, BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]), one, two);
        return ExtendedSize;
    }

    /// <summary>Writes the header into its <see cref="HeaderSize"/> bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        var extended = HeaderSize == ExtendedSize;
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)Command);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], extended ? ushort.MaxValue : (ushort)PayloadSize);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], Type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], extended ? (ushort)0 : (ushort)Count);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Parameter1);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Parameter2);
        if (!extended)
            return;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], PayloadSize);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], Count);
    }

    /// <summary>A length brought up to the next multiple of 8, as every payload has it.</summary>
    public static int Padded(long length) => checked((int)((length + 7) / 8 * 8));
}

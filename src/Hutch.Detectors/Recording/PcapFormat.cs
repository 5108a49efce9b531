using System.Buffers.Binary;

namespace Hutch.Detectors.Recording;

/// <summary>
/// The capture file format that tcpdump and Wireshark write and read (pcap, draft-ietf-opsawg-pcap): a file header of 24 bytes, then
/// for each packet a record header of 16 bytes and the packet. Ours have times in nanoseconds and link type RAW: packets begin with the
/// IPv4 header.
/// </summary>
internal static class PcapFormat
{
    internal const int FileHeaderBytes = 24;
    internal const int RecordHeaderBytes = 16;
    internal const int IpHeaderBytes = 20;
    internal const int UdpHeaderBytes = 8;
    internal const int LargestPacket = 262_144;
    internal const uint MagicMicroseconds = 0xA1B2C3D4;
    internal const uint MagicNanoseconds = 0xA1B23C4D;
    internal const uint LinkEthernet = 1;
    internal const uint LinkRaw = 101;
    internal const uint LinkSll = 113;
    internal const uint LinkIpv4 = 228;
    internal const uint LinkSll2 = 276;
    internal const byte Udp = 17;

    /// <summary>Writes the file header.</summary>
    internal static void WriteFileHeader(Span<byte> header)
    {
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, MagicNanoseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);   // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], LargestPacket);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], LinkRaw);
    }

    /// <summary>Writes the headers of a datagram: record, IPv4 (RFC 791) and UDP (RFC 768; a checksum of 0 means none).</summary>
    internal static void WriteHeaders(Span<byte> headers, in RecordedPacket packet, int payloadBytes)
    {
        var length = IpHeaderBytes + UdpHeaderBytes + payloadBytes;
        headers.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(headers, (uint)(packet.TimeNs / 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(headers[4..], (uint)(packet.TimeNs % 1_000_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(headers[8..], (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(headers[12..], (uint)length);

        var ip = headers[RecordHeaderBytes..];
        ip[0] = 0x45;   // version 4, 5 words
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)length);
        ip[8] = 64;     // time to live
        ip[9] = Udp;
        BinaryPrimitives.WriteUInt32LittleEndian(ip[12..], packet.Source);
        BinaryPrimitives.WriteUInt32LittleEndian(ip[16..], packet.Destination);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Checksum(ip[..IpHeaderBytes]));

        var udp = ip[IpHeaderBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], packet.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)(UdpHeaderBytes + payloadBytes));
    }

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (var i = 0; i < header.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}

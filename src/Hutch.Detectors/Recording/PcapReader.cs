using System.Buffers.Binary;

namespace Hutch.Detectors.Recording;

/// <summary>
/// Reads the UDP datagrams of a capture file: ours, and those of tcpdump and Wireshark in the pcap format, of any byte order and time
/// resolution, on Ethernet (VLANs too), Linux's "any" interface, or raw IP. Anything but complete IPv4 UDP datagrams is skipped and counted.
/// </summary>
public sealed class PcapReader : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _record = new byte[PcapFormat.LargestPacket];
    private readonly bool _isBigEndian;
    private readonly bool _isNanoseconds;
    private readonly uint _link;
    private int _payload;
    private int _payloadBytes;

    /// <summary>Opens a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is not a capture file.</exception>
    public PcapReader(string path)
    {
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 4 << 20);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"recording {path} cannot be read: {error.Message}", error);
        }
        Span<byte> header = stackalloc byte[PcapFormat.FileHeaderBytes];
        var length = _file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        _isBigEndian = BinaryPrimitives.ReverseEndianness(magic) is PcapFormat.MagicMicroseconds or PcapFormat.MagicNanoseconds;
        magic = _isBigEndian ? BinaryPrimitives.ReverseEndianness(magic) : magic;
        _isNanoseconds = magic == PcapFormat.MagicNanoseconds;
        _link = Read32(header[20..]) & 0x0FFF_FFFF;
        var isKnown = length == header.Length && magic is PcapFormat.MagicMicroseconds or PcapFormat.MagicNanoseconds;
        if (isKnown && _link is PcapFormat.LinkEthernet or PcapFormat.LinkRaw or PcapFormat.LinkIpv4 or PcapFormat.LinkSll or PcapFormat.LinkSll2)
            return;
        _file.Dispose();
        throw new UserErrorException(isKnown
            ? $"recording {path} has link type {_link}, but only Ethernet, Linux cooked and raw IP are understood; record it with: hutch udp dump"
            : $"{path} is not a pcap file; record one with: hutch udp dump, or tcpdump -w (and convert pcapng with: editcap -F pcap)");
    }

    /// <summary>The bytes of the datagram read last; valid until the next is read.</summary>
    public ReadOnlySpan<byte> Payload => _record.AsSpan(_payload, _payloadBytes);

    /// <summary>Packets that were no whole UDP datagram: other protocols, fragments, or cut while they were recorded.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether the file ends in the middle of a packet.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>How far the file has been read, 0 to 1.</summary>
    public double Progress => _file.Length == 0 ? 1 : (double)_file.Position / _file.Length;

    /// <summary>Reads the next datagram.</summary>
    /// <returns>False at the end.</returns>
    public bool TryRead(out RecordedPacket packet)
    {
        Span<byte> header = stackalloc byte[PcapFormat.RecordHeaderBytes];
        for (; ; )
        {
            packet = default;
            var length = _file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            var captured = Read32(header[8..]);
            if (length < header.Length || captured > PcapFormat.LargestPacket
                || _file.ReadAtLeast(_record.AsSpan(0, (int)captured), (int)captured, throwOnEndOfStream: false) < captured)
            {
                IsTruncated = length > 0;
                return false;
            }
            var time = (Read32(header) * 1_000_000_000L) + (Read32(header[4..]) * (_isNanoseconds ? 1L : 1000L));
            if (TryParse((int)captured, time, out packet))
                return true;
            Skipped++;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private bool TryParse(int length, long time, out RecordedPacket packet)
    {
        packet = default;
        var at = IpOffset(length);
        var ip = at < 0 || at > length ? default : _record.AsSpan(at, length - at);
        var ipHeader = ip.Length >= PcapFormat.IpHeaderBytes && ip[0] >> 4 == 4 ? (ip[0] & 15) * 4 : 0;
        // The bits beside "do not fragment" mark a fragment.
        if (ipHeader < PcapFormat.IpHeaderBytes || ip.Length < ipHeader + PcapFormat.UdpHeaderBytes || ip[9] != PcapFormat.Udp
            || (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) != 0)
            return false;
        var udp = ip[ipHeader..];
        _payload = at + ipHeader + PcapFormat.UdpHeaderBytes;
        _payloadBytes = BinaryPrimitives.ReadUInt16BigEndian(udp[4..]) - PcapFormat.UdpHeaderBytes;
        if (_payloadBytes < 0 || _payloadBytes > udp.Length - PcapFormat.UdpHeaderBytes)
            return false;
        packet = new RecordedPacket(time, BinaryPrimitives.ReadUInt32LittleEndian(ip[12..]), BinaryPrimitives.ReadUInt16BigEndian(udp),
            BinaryPrimitives.ReadUInt32LittleEndian(ip[16..]), BinaryPrimitives.ReadUInt16BigEndian(udp[2..]));
        return true;
    }

    // Where the IPv4 header begins, or -1.
    private int IpOffset(int length)
    {
        const ushort ipv4 = 0x0800, vlan = 0x8100, serviceVlan = 0x88A8;
        var at = _link switch { PcapFormat.LinkEthernet => 12, PcapFormat.LinkSll => 14, PcapFormat.LinkSll2 => 0, _ => -1 };
        if (at < 0)
            return 0;
        while (at + 2 <= length && BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(at)) is vlan or serviceVlan)
            at += 4;
        if (at + 2 > length || BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(at)) != ipv4)
            return -1;
        return _link == PcapFormat.LinkSll2 ? 20 : at + 2;
    }

    private uint Read32(ReadOnlySpan<byte> bytes) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}

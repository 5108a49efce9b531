using System.Buffers.Binary;
using Hutch.Detectors.Recording;

namespace Hutch.Detectors.Tests.Recording;

public sealed class PcapTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch pcap ").FullName;

    private string Recording => Path.Combine(_folder, "packets.pcap");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_again()
    {
        var packets = Enumerable.Range(0, 20).Select(i => (new RecordedPacket(1_700_000_000_123_456_789 + i, 0x0100007F, (ushort)(1000 + i), 0x0200007F, (ushort)(2000 + i)), Enumerable.Repeat((byte)i, i * 400).ToArray())).ToList();
        using (var writer = new PcapWriter(Recording))
            packets.ForEach(p => writer.Write(p.Item1, p.Item2));

        using var reader = new PcapReader(Recording);
        foreach (var (packet, payload) in packets)
        {
            Assert.True(reader.TryRead(out var read));
            Assert.Equal(packet, read);
            Assert.Equal(payload, reader.Payload.ToArray());
        }
        Assert.False(reader.TryRead(out _));
        Assert.False(reader.IsTruncated);
    }

    [Fact]
    public void A_recording_that_was_cut_is_read_up_to_there()
    {
        using (var writer = new PcapWriter(Recording))
        {
            writer.Write(default, new byte[100]);
            writer.Write(default, new byte[100]);
        }
        using (var file = File.OpenWrite(Recording))
            file.SetLength(file.Length - 1);

        using var reader = new PcapReader(Recording);
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsTruncated);
    }

    [Theory]
    [InlineData(1u, 14)]      // Ethernet
    [InlineData(1u, 18)]      // with a VLAN
    [InlineData(113u, 16)]    // Linux cooked
    [InlineData(276u, 20)]    // Linux cooked, version 2
    [InlineData(228u, 0)]     // IPv4
    public void Recordings_of_tcpdump_are_read_whatever_the_interface_and_byte_order(uint link, int linkBytes)
    {
        foreach (var isBigEndian in new[] { false, true })
        {
            File.WriteAllBytes(Recording, Foreign(link, linkBytes, isBigEndian));
            using var reader = new PcapReader(Recording);

            Assert.True(reader.TryRead(out var packet));
            Assert.Equal((5_000_007_000L, (ushort)50_001), (packet.TimeNs, packet.Port));
            Assert.Equal([1, 2, 3], reader.Payload.ToArray());
            Assert.False(reader.TryRead(out _));
            Assert.Equal((1, false), (reader.Skipped, reader.IsTruncated));
        }
    }

    // A datagram of 3 bytes to port 50001 at 5.000007 s, and something that is no datagram.
    private static byte[] Foreign(uint link, int linkBytes, bool isBigEndian)
    {
        var file = new MemoryStream();
        void Word(uint value)
        {
            var bytes = new byte[4];
            if (isBigEndian)
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            else
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            file.Write(bytes);
        }
        foreach (var word in new[] { 0xA1B2C3D4, isBigEndian ? 0x00020004u : 0x00040002u, 0u, 0u, 65535u, link })
            Word(word);
        var packet = new byte[linkBytes + 31];
        if (linkBytes == 18)
            (packet[12], packet[13]) = (0x81, 0x00);
        if (linkBytes > 0)
            (packet[link == 276 ? 0 : linkBytes - 2], packet[link == 276 ? 1 : linkBytes - 1]) = (0x08, 0x00);
        packet[linkBytes] = 0x45;
        packet[linkBytes + 9] = 17;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(linkBytes + 22), 50_001);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(linkBytes + 24), 11);
        (packet[^3], packet[^2], packet[^1]) = (1, 2, 3);
        foreach (var length in new[] { packet.Length, linkBytes + 4 })
        {
            Word(5);
            Word(7);
            Word((uint)length);
            Word((uint)packet.Length);
            file.Write(packet, 0, length);
        }
        return file.ToArray();
    }
}

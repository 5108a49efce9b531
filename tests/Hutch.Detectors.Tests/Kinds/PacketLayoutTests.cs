using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Tests.Kinds;

/// <summary>The sizes that the formats fix.</summary>
public class PacketLayoutTests
{
    [Theory]
    [InlineData(8, 32)]
    [InlineData(16, 64)]
    [InlineData(32, 128)]
    public void An_eiger_sends_packets_of_4144_bytes(int bitDepth, int packets)
    {
        var layout = Layout(TestDetectors.Eiger(bitDepth: bitDepth));

        Assert.Equal((packets, 4144, 131072 * bitDepth / 8), (layout.PacketsPerFrame, layout.Datagram(0), (int)layout.SlotBytes));
    }

    [Fact]
    public void A_jungfrau_sends_128_packets_of_8240_bytes()
    {
        var layout = Layout(TestDetectors.Jungfrau());

        Assert.Equal((128, 8240, 1 << 20), (layout.PacketsPerFrame, layout.Datagram(127), (int)layout.SlotBytes));
    }

    // w, h: a module; worked out by hand from the rule b = w/12, c = 7400/(36 b) * b/2, rows = min(48 c / w, h).
    [Theory]
    [InlineData(2016, 2016, 126, 6048, 0, 6048, 0)]    // w 1008: b 84, c 84, 4 rows a packet, 504 rows
    [InlineData(72, 548, 2, 7344, 0, 54, 36)]          // w 36: b 3, c 102, 136 rows, then 1 row, odd
    [InlineData(480, 240, 3, 7200, 0, 7200, 0)]        // w 240: b 20, c 100, 20 rows a packet, 60 rows
    public void A_gigafrost_sends_as_many_rows_a_packet_as_its_rule_says(int width, int height, int packets, int data, int pad, int lastData, int lastPad)
    {
        var layout = Layout(TestDetectors.OddGigafrost() with { ImageWidth = width, ImageHeight = height });

        Assert.Equal((packets, data, pad, lastData, lastPad),
            (layout.PacketsPerFrame, layout.DataBytes, layout.PadBytes, layout.LastDataBytes, layout.LastPadBytes));
        Assert.True(layout.Datagram(0) - layout.HeaderBytes <= 7400);
        Assert.Equal(((data + pad) * (packets - 1)) + lastData + lastPad, layout.SlotBytes);
    }

    [Fact]
    public unsafe void A_header_reads_as_it_was_written_for_every_detector()
    {
        var header = stackalloc byte[64];
        for (var detector = 0; detector < 4; detector++)
        {
            var configuration = TestDetectors.ByIndex(detector);
            var layout = Layout(configuration);
            for (var packet = 0; packet < layout.PacketsPerFrame; packet++)
            {
                configuration.Kind.WriteHeader(header, configuration, layout, module: 5, imageId: 77, packet);

                Assert.True(configuration.Kind.TryReadHeader(header, layout, out var read));
                Assert.Equal(new PacketHeader(77, 77, (uint)packet, 5, IsKnownFormat: true), read);
            }
        }
    }

    private static PacketLayout Layout(DaqConfiguration configuration) => configuration.Kind.Layout(configuration);
}

using Hutch.Native.Sockets;

namespace Hutch.Detectors.Tests.Receiving;

public class PacketReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Trains_are_taken_apart_into_the_places_of_their_packets(int detector)
    {
        using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(detector));
        for (var frame = 1UL; frame <= 3; frame++)
        {
            harness.SendTrains(frame, ofPackets: 5);
            harness.ReceiveTrains();
        }

        Assert.Equal([(1UL, 0UL), (2UL, 0UL), (3UL, 0UL)], harness.Frames);
        Assert.Empty(harness.Errors);
        // The train that begins a frame is moved; and where the last packet is shorter, that one.
        Assert.InRange(harness.Counters.MovedPayloads, 0, 3 * 6);
    }

    [Fact]
    public void A_train_of_another_size_is_counted_and_spoils_nothing()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        harness.SendTrains(1, ofPackets: 5, bytesLess: 8);
        harness.ReceiveTrains();
        harness.SendTrains(2, ofPackets: 5);
        harness.ReceiveTrains();

        Assert.Equal([(2UL, 0UL)], harness.Frames);
        Assert.Equal(harness.Layout.PacketsPerFrame, harness.Counters.WrongSize);
        Assert.Empty(harness.Errors);
    }

    [Fact]
    public void Packets_that_come_one_by_one_are_read_in_batches_after_a_while_and_none_is_lost()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        for (var frame = 1UL; frame <= 20; frame++)
        {
            for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet++)
                harness.SendPacket(frame, packet);
            harness.ReceiveTrains();
        }

        Assert.Equal(Enumerable.Range(1, 20).Select(f => ((ulong)f, 0UL)), harness.Frames);
        Assert.False(harness.Reader.ReadsTrains);
        Assert.Empty(harness.Errors);
    }
}

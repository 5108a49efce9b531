namespace Hutch.Detectors.Tests.Receiving;

public class FrameBuilderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Packets_in_order_are_not_moved_but_for_the_first_and_a_short_last_one(int detector)
    {
        using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(detector));
        var packets = harness.Layout.PacketsPerFrame;
        for (var frame = 1UL; frame <= 4; frame++)
        {
            for (var packet = 0; packet < packets; packet++)
                harness.SendPacket(frame, packet);
        }
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 0UL), (2UL, 0UL), (3UL, 0UL), (4UL, 0UL)], harness.Frames);
        var shortLast = harness.Layout.LastDataBytes != harness.Layout.DataBytes ? 1 : 0;
        Assert.Equal(4 * (1 + shortLast), harness.Counters.MovedPayloads);
    }

    [Fact]
    public void A_frame_waits_for_its_packets_while_the_next_one_begins()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        var last = harness.Layout.PacketsPerFrame - 1;
        for (var packet = 0; packet < last; packet++)
            harness.SendPacket(10, packet);
        harness.SendPacket(11, 0);
        harness.SendPacket(10, last);
        for (var packet = 1; packet <= last; packet++)
            harness.SendPacket(11, packet);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(10UL, 0UL), (11UL, 0UL)], harness.Frames);
    }

    [Fact]
    public void A_frame_that_is_followed_by_a_complete_one_is_passed_on_before_it_with_zeros()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet += 2)
            harness.SendPacket(1, packet);
        for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet++)
            harness.SendPacket(2, packet);
        harness.SendPacket(1, 1);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, (ulong)harness.Layout.PacketsPerFrame / 2), (2UL, 0UL)], harness.Frames);
        Assert.Equal(1, harness.Counters.Late);
    }

    [Fact]
    public void A_slot_that_held_another_image_shows_nothing_of_it_where_packets_miss()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger(), slots: 2);
        for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet++)
            harness.SendPacket(1, packet);
        harness.SendPacket(3, 7);   // the same slot
        harness.Receive();
        harness.Builder.Flush();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 0UL), (3UL, (ulong)harness.Layout.PacketsPerFrame - 1)], harness.Frames);
    }

    [Fact]
    public void A_detector_that_starts_again_after_a_pause_is_followed_from_its_first_frame()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        SendWhole(harness, 1, 2, 3);
        harness.Receive();
        harness.Builder.Flush();   // the pause
        SendWhole(harness, 1, 2);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([1UL, 2, 3, 1, 2], harness.Frames.Select(f => f.ImageId));
    }

    [Fact]
    public void The_rest_of_a_frame_that_comes_after_its_time_out_is_late_and_no_further_frame()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        var packets = harness.Layout.PacketsPerFrame;
        SendWhole(harness, 1);
        harness.SendPacket(3, 0);
        for (var packet = 0; packet < 5; packet++)
            harness.SendPacket(2, packet);
        harness.Receive();
        harness.Builder.Flush();   // the sender stands still
        for (var packet = 5; packet < packets; packet++)
            harness.SendPacket(2, packet);
        for (var packet = 1; packet < packets; packet++)
            harness.SendPacket(3, packet);
        SendWhole(harness, 4);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 0UL), (3UL, (ulong)packets - 1), (2UL, (ulong)packets - 5), (4UL, 0UL)], harness.Frames);
        Assert.Equal((packets - 1) + (packets - 5), harness.Counters.Late);
    }

    [Fact]
    public void A_detector_that_starts_again_after_a_frame_that_timed_out_is_followed_from_its_first_frame()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        foreach (var packet in Enumerable.Range(0, harness.Layout.PacketsPerFrame).Except([3, 7]))
            harness.SendPacket(1, packet);
        harness.Receive();
        harness.Builder.Flush();   // the pause
        SendWhole(harness, 1, 2);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 2UL), (1UL, 0UL), (2UL, 0UL)], harness.Frames);
    }

    [Fact]
    public void A_detector_that_starts_again_without_a_pause_is_followed_after_one_frame()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Eiger());
        SendWhole(harness, 1, 2, 3, 1, 2, 3, 4);
        harness.Receive();
        harness.Builder.Flush();

        Assert.Empty(harness.Errors);
        Assert.Equal([1UL, 2, 3], harness.Frames.Take(3).Select(f => f.ImageId));
        Assert.Equal([3UL, 4], harness.Frames.TakeLast(2).Select(f => f.ImageId));
        Assert.All(harness.Frames.TakeLast(2), f => Assert.Equal(0UL, f.Missing));
    }

    [Theory]
    [InlineData(0, 47)]
    [InlineData(1, 47)]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    public void Packets_of_another_header_version_are_taken_and_counted(int detector, int place)
    {
        using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(detector)) { EditHeader = header => header[place] = 1 };
        SendWhole(harness, 1, 2);
        harness.EditHeader = null;
        SendWhole(harness, 3);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 0UL), (2UL, 0UL), (3UL, 0UL)], harness.Frames);
        Assert.Equal((2L * harness.Layout.PacketsPerFrame, 0L), (harness.Counters.UnknownFormat, harness.Counters.Foreign));
    }

    [Fact]
    public void A_row_length_that_a_gigafrost_does_not_report_is_not_needed()
    {
        using var harness = new FrameBuilderHarness(TestDetectors.Gigafrost()) { EditHeader = header => header[1] = 0 };
        SendWhole(harness, 1);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal([(1UL, 0UL)], harness.Frames);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    public void Packets_that_name_another_module_are_taken_and_counted_unless_they_are_to_be_rejected(int detector, bool ownModuleOnly)
    {
        using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(detector), ownModuleOnly: ownModuleOnly)
        {
            EditHeader = header => header[header.Length == 48 ? 32 : 3] ^= header.Length == 48 ? (byte)2 : (byte)0x40,
        };
        SendWhole(harness, 1);
        harness.Receive();

        Assert.Empty(harness.Errors);
        Assert.Equal(ownModuleOnly ? [] : [(1UL, 0UL)], harness.Frames);
        var packets = (long)harness.Layout.PacketsPerFrame;
        Assert.Equal(ownModuleOnly ? (0L, packets) : (packets, 0L), (harness.Counters.OtherModule, harness.Counters.Foreign));
    }

    private static void SendWhole(FrameBuilderHarness harness, params ulong[] frames)
    {
        foreach (var frame in frames)
        {
            for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet++)
                harness.SendPacket(frame, packet);
        }
    }
}

using FsCheck;
using FsCheck.Fluent;

namespace Hutch.Detectors.Tests.Receiving;

/// <summary>Whatever a network does to packets, a frame holds its own bytes or zeros, and every datagram is accounted for.</summary>
public class FrameBuilderProperties
{
    [Fact]
    public void Frames_hold_their_own_bytes_or_zeros_whatever_the_network_does()
    {
        var networks =
            from detector in Gen.Choose(0, 3)
            from seed in Gen.Choose(0, int.MaxValue)
            from frames in Gen.Choose(1, 8)
            from loss in Probability
            from duplicate in Probability
            from reach in Gen.Choose(0, 200)
            from wrong in Probability
            from foreign in Probability
            from jump in Probability
            select new Network(detector, seed, frames, loss, duplicate, reach, wrong, foreign, jump);

        Prop.ForAll(networks.ToArbitrary(), network =>
        {
            using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(network.Detector));
            network.Send(harness);
            harness.Receive();
            harness.Builder.Flush();
            harness.CheckUntouchedSlots();

            var c = harness.Counters;
            Assert.Empty(harness.Errors);
            Assert.Equal(c.Datagrams, c.Packets + c.Duplicates + c.Late + c.WrongSize + c.Foreign);
            Assert.Equal(harness.Frames.Count, c.CompleteFrames + c.IncompleteFrames);
            Assert.Equal(c.MissingPackets, harness.Frames.Sum(f => (long)f.Missing));
            Assert.Equal((long)harness.Frames.Count * harness.Layout.PacketsPerFrame, c.Packets + c.MissingPackets);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));
    }

    [Fact]
    public void Lost_packets_are_counted_exactly()
    {
        var networks =
            from detector in Gen.Choose(0, 3)
            from seed in Gen.Choose(0, int.MaxValue)
            from frames in Gen.Choose(1, 8)
            from loss in Gen.Choose(0, 20)
            from duplicate in Probability
            select new Network(detector, seed, frames, loss / 100.0, duplicate, Reach: 1, Wrong: 0, Foreign: 0, Jump: 0);

        Prop.ForAll(networks.ToArbitrary(), network =>
        {
            using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(network.Detector));
            var lost = network.Send(harness);
            harness.Receive();
            harness.Builder.Flush();

            Assert.Empty(harness.Errors);
            // A frame of which nothing came is not known to have been sent.
            var wholeFrames = network.Frames - harness.Frames.Count;
            Assert.Equal(lost, harness.Counters.MissingPackets + (wholeFrames * harness.Layout.PacketsPerFrame));
            Assert.Equal(harness.Frames.Select(f => f.ImageId).Order(), harness.Frames.Select(f => f.ImageId));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(80));
    }

    [Fact]
    public void A_sender_that_pauses_anywhere_loses_the_rest_of_a_frame_once()
    {
        var senders =
            from detector in Gen.Choose(0, 3)
            from seed in Gen.Choose(0, int.MaxValue)
            from frames in Gen.Choose(1, 6)
            from pauses in Gen.Choose(1, 6)
            select (detector, seed, frames, pauses);

        Prop.ForAll(senders.ToArbitrary(), sender =>
        {
            using var harness = new FrameBuilderHarness(TestDetectors.ByIndex(sender.detector));
            var (random, packets) = (new Random(sender.seed), harness.Layout.PacketsPerFrame);
            var pauses = Enumerable.Range(0, sender.pauses).Select(_ => random.Next(1, sender.frames * packets)).ToHashSet();
            for (var i = 0; i < sender.frames * packets; i++)
            {
                if (pauses.Contains(i))
                {
                    harness.Receive();
                    harness.Builder.Flush();
                }
                harness.SendPacket(100 + (ulong)(i / packets), i % packets);
            }
            harness.Receive();

            Assert.Empty(harness.Errors);
            // The first pause in a frame ends it.
            var lost = Enumerable.Range(0, sender.frames).Select(f => (ulong)pauses.Where(p => p / packets == f && p % packets > 0).Select(p => packets - (p % packets)).DefaultIfEmpty().Max());
            Assert.Equal(lost.Select((missing, f) => (100 + (ulong)f, missing)), harness.Frames);
            Assert.Equal(harness.Counters.MissingPackets, harness.Counters.Late);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(80));
    }

    private static Gen<double> Probability => Gen.Choose(0, 30).Select(p => p < 10 ? 0 : (p - 10) / 100.0);

    private sealed record Network(int Detector, int Seed, int Frames, double Loss, double Duplicate, int Reach, double Wrong, double Foreign, double Jump)
    {
        /// <returns>How many packets were left out.</returns>
        internal int Send(FrameBuilderHarness harness)
        {
            var random = new Random(Seed);
            var packets = new List<(ulong Frame, int Packet)>();
            var number = (ulong)random.Next(1, 1000);
            for (var i = 0; i < Frames; i++)
            {
                for (var packet = 0; packet < harness.Layout.PacketsPerFrame; packet++)
                    packets.Add((number, packet));
                number = random.NextDouble() < Jump ? (ulong)random.Next(1, 1 << 30) : number + 1;
            }
            var lost = packets.RemoveAll(_ => random.NextDouble() < Loss);
            foreach (var (frame, packet) in Shuffle(packets, random))
            {
                if (random.NextDouble() < Wrong)
                    harness.Send(FrameBuilderHarness.Module, frame, packet, random.Next(0, harness.Layout.Data(packet)), random.Next(0, 2) * harness.Layout.Pad(packet));
                if (random.NextDouble() < Foreign)
                    harness.Send(random.Next(2, 8), frame, packet, harness.Layout.Data(packet), harness.Layout.Pad(packet));
                harness.SendPacket(frame, packet);
                if (random.NextDouble() < Duplicate)
                    harness.SendPacket(frame, packet);
            }
            return lost;
        }

        // Each packet is sent up to Reach places later than it was made.
        private IEnumerable<(ulong Frame, int Packet)> Shuffle(List<(ulong Frame, int Packet)> packets, Random random) =>
            Reach <= 1 ? packets : packets.Select((p, i) => (p, Place: i + random.Next(0, Reach))).OrderBy(p => p.Place).Select(p => p.p);
    }
}

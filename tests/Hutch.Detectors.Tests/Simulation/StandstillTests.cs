using System.Diagnostics;
using System.Net;
using Hutch.Detectors.Recording;
using Hutch.Detectors.Simulation;
using Hutch.Testing;

namespace Hutch.Detectors.Tests.Simulation;

/// <summary>Senders that stood still, as in a paused virtual machine: they do not make up for it in a burst, which would overflow the buffers of the receivers.</summary>
public sealed class StandstillTests : IDisposable
{
    private static readonly TimeSpan Standstill = TimeSpan.FromMilliseconds(500);

    private readonly string _folder = Directory.CreateTempSubdirectory("hutch standstill ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_simulator_goes_on_at_its_rate()
    {
        using var simulator = new UdpSimulator(TestDetectors.Eiger(1) with { StartUdpPort = 9 }, new UdpSimulatorOptions { Rate = 50, Destination = IPAddress.Loopback });
        using var loop = new ServiceLoop(simulator);

        GoesOnSlowly(loop, () => simulator.Counters.Images, TimeSpan.FromMilliseconds(20));

        Assert.Equal(12, simulator.Counters.Images);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 0)]
    public void A_replay_goes_on_in_its_time_or_at_its_rate(double rate, double speed)
    {
        var recording = Path.Combine(_folder, "packets.pcap");
        using (var writer = new PcapWriter(recording))
        {
            for (var i = 0; i < 100; i++)
                writer.Write(new RecordedPacket(1_700_000_000_000_000_000 + (i * 20_000_000L), 0x0100007F, 1000, 0x0100007F, 9), new byte[100]);
        }
        using var replayer = new PacketReplayer(new PcapReader(recording), new PacketReplayerOptions { Rate = rate, Speed = speed, Destination = IPAddress.Loopback });
        using var loop = new ServiceLoop(replayer);

        GoesOnSlowly(loop, () => replayer.Packets, TimeSpan.FromMilliseconds(20));
    }

    // The first one after the standstill is sent at once, as are those of the least delay that counts as one.
    private static void GoesOnSlowly(ServiceLoop loop, Func<long> sent, TimeSpan period)
    {
        Eventually.True(() => loop.Iterate(until: sent() >= 2));
        var clock = Stopwatch.StartNew();
        Eventually.True(() => clock.Elapsed > Standstill);
        clock.Restart();
        Eventually.True(() => loop.Iterate(until: sent() >= 12));
        Assert.True(clock.Elapsed > 8 * period, $"ten were sent in {clock.Elapsed.TotalMilliseconds} ms");
    }
}

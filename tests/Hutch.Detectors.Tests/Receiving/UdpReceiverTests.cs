using System.Net;
using System.Net.Sockets;
using Hutch.Detectors.Ledger;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Detectors.Tests.Ledger;
using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Tests.Services;

namespace Hutch.Detectors.Tests.Receiving;

public class UdpReceiverTests
{
    [Fact]
    public void A_port_in_use_is_an_error_that_names_the_process_and_leaves_nothing_behind()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        var configuration = TestDetectors.Eiger(1) with { StartUdpPort = port };
        using var receiver = new UdpReceiver(configuration, 0, new UdpReceiverOptions { FrameSlots = 2 });

        var error = Assert.Throws<UserErrorException>(receiver.Start);

        Assert.Contains($"udp port {port} is in use by pid {Environment.ProcessId}", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Failed, receiver.State);
        Assert.False(File.Exists($"/dev/shm/{configuration.DetectorName}-0"));
        Assert.False(File.Exists($"/tmp/{configuration.DetectorName}-0"));
    }

    [Fact]
    public void A_second_receiver_of_the_same_module_is_refused()
    {
        var configuration = TestDetectors.Eiger(1) with { StartUdpPort = FreePort() };
        using var first = new UdpReceiver(configuration, 0, new UdpReceiverOptions { FrameSlots = 2 });
        using var elsewhere = new Session("elsewhere");   // in its own session its name is free, as it is in another process
        using var second = new UdpReceiver(configuration with { StartUdpPort = FreePort() }, 0, new UdpReceiverOptions { FrameSlots = 2 }) { Scope = elsewhere };
        first.Start();

        var error = Assert.Throws<UserErrorException>(second.Start);

        Assert.Contains($"ipc:///tmp/{configuration.DetectorName}-0", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Running, first.State);
    }

    [Fact]
    public void A_frame_that_begins_while_the_receiver_rests_is_not_held_longer_than_others()
    {
        var configuration = TestDetectors.Eiger(1) with { StartUdpPort = FreePort() };
        using var receiver = new UdpReceiver(configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = 2, FrameTimeout = TimeSpan.FromMilliseconds(500) });
        using var loop = new ServiceLoop(receiver);
        loop.Iterate();   // nothing came, so that the next wait may be a long one
        using var simulator = new UdpSimulator(configuration, new UdpSimulatorOptions { Images = 1, Faults = new FaultPlan { Drop = 0.1 } });
        simulator.Start();
        simulator.WaitTillStopped(TimeSpan.FromSeconds(10));
        while (receiver.Counters.Packets < simulator.Counters.Packets - simulator.Counters.Dropped)
            loop.Iterate();
        Assert.Equal(0, receiver.Counters.IncompleteFrames);

        var waits = 0;
        for (; receiver.Counters.IncompleteFrames == 0; waits++)
            loop.Iterate();

        // One wait of a receiver at rest is longer than the time-out; those of a frame under way are parts of it.
        Assert.InRange(waits, 4, int.MaxValue);
        Assert.InRange(receiver.Counters.MissingPackets, 1, long.MaxValue);
    }

    [Fact]
    public void What_goes_wrong_is_counted_noted_in_the_journal_and_logged_once()
    {
        const int images = 20;
        var configuration = TestDetectors.Eiger(1) with { StartUdpPort = FreePort() };
        using var journal = LossJournal.Open(configuration.DetectorName);
        using var simulator = new UdpSimulator(configuration, new UdpSimulatorOptions { Images = images, Rate = 100, Faults = new FaultPlan { Drop = 0.05, WrongSize = 0.05, Foreign = 0.05, Duplicate = 0.05 } });
        var log = new ListLogger();
        using var receiver = new UdpReceiver(configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = images, FrameTimeout = TimeSpan.FromSeconds(1), OwnModuleOnly = true }, log);
        using var loop = new ServiceLoop(receiver);
        simulator.Start();
        while (receiver.Counters.CompleteFrames + receiver.Counters.IncompleteFrames < images)
            loop.Iterate();
        loop.Iterate();   // a wait in vain: nothing more comes

        var (counted, sent) = (receiver.Counters, simulator.Counters);
        Assert.Equal((sent.Dropped, sent.WrongSize, sent.Foreign, sent.Duplicated), (counted.MissingPackets, counted.WrongSize, counted.Foreign, counted.Duplicates + counted.Late));
        Assert.Equal(counted.MissingPackets, journal.Noted(LossStage.Receiver, LossReason.MissingPackets));
        Assert.InRange(counted.ReceiveCalls, 1, counted.Datagrams + images + 100);
        foreach (var line in new[] { "frames are incomplete", "packets of a wrong size", "no place in a frame of module 0" })
            Assert.Single(log.Records, r => r.Text.Contains(line, StringComparison.Ordinal));
        Assert.DoesNotContain(log.Records, r => r.Text.Contains("dropped packets", StringComparison.Ordinal) || r.Text.Contains("another module", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_kernel_dropped_is_counted_noted_in_the_journal_and_logged_once()
    {
        var configuration = TestDetectors.Eiger(1) with { StartUdpPort = FreePort() };
        using var journal = LossJournal.Open(configuration.DetectorName);
        using var simulator = new UdpSimulator(configuration, new UdpSimulatorOptions { Images = 3, Rate = 1000 });
        var log = new ListLogger();
        using var receiver = new UdpReceiver(configuration, 0, new UdpReceiverOptions { Address = IPAddress.Loopback, FrameSlots = 4, SocketBufferBytes = 1 << 16, FrameTimeout = TimeSpan.FromMilliseconds(100) }, log);
        using (var loop = new ServiceLoop(receiver))
        {
            simulator.Start();
            Assert.True(simulator.WaitTillStopped(TimeSpan.FromSeconds(10)));   // nobody reads meanwhile
            while (receiver.Counters.IncompleteFrames == 0)
                loop.Iterate();
            loop.Iterate();
        }

        Assert.InRange(receiver.Counters.KernelDrops, 1, simulator.Counters.Packets);
        Assert.Equal(simulator.Counters.Packets, receiver.Counters.Packets + receiver.Counters.KernelDrops);
        Assert.Equal(receiver.Counters.KernelDrops, journal.Noted(LossStage.Kernel, LossReason.SocketBufferFull));
        Assert.Single(log.Records, r => r.Text.Contains("the kernel dropped packets", StringComparison.Ordinal));
        Assert.False(File.Exists($"/dev/shm/{configuration.DetectorName}-0"));
        using var again = new UdpClient(new IPEndPoint(IPAddress.Loopback, configuration.StartUdpPort));   // the port is free
    }

    [Fact]
    public void An_address_of_another_host_is_an_error_that_names_it()
    {
        using var receiver = new UdpReceiver(TestDetectors.Eiger(1), 0, new UdpReceiverOptions { Address = IPAddress.Parse("192.0.2.1"), FrameSlots = 2 });

        var error = Assert.Throws<UserErrorException>(receiver.Start);

        Assert.Contains("on 192.0.2.1 cannot be opened", error.Message, StringComparison.Ordinal);
        Assert.Contains("choose an address of this host", error.Message, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

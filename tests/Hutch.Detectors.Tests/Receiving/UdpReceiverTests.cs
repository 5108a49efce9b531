using System.Net;
using System.Net.Sockets;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Services;
using Hutch.Services.Scopes;

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

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

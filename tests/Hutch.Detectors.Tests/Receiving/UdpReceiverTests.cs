using System.Net;
using System.Net.Sockets;
using Hutch.Detectors.Receiving;
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

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

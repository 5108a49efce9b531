using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hutch.Native.Posix;
using Hutch.Native.Sockets;

namespace Hutch.Native.Tests.Sockets;

public unsafe class UdpSocketTests
{
    private const int HeaderBytes = 4;
    private const int PayloadBytes = 16;

    [Fact]
    public void A_batch_scatters_header_and_payload_and_tells_what_was_too_long()
    {
        using var receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 1 << 20, TimeSpan.FromSeconds(5));
        using var peer = new UdpClient();
        var target = new IPEndPoint(IPAddress.Loopback, receiver.Port);
        peer.Send([1, 2, 3, 4, 5, 6], target);
        peer.Send(Enumerable.Range(0, HeaderBytes + PayloadBytes).Select(i => (byte)i).ToArray(), target);
        peer.Send(new byte[HeaderBytes + PayloadBytes + 1], target);
        peer.Send([9], target);
        using var batch = new DatagramBatch(8, HeaderBytes);
        var memory = (byte*)NativeMemory.AllocZeroed(8 * PayloadBytes);
        for (var i = 0; i < 8; i++)
            batch.SetPayload(i, memory + ((7 - i) * PayloadBytes), PayloadBytes);

        var received = 0;
        while (received < 4)
        {
            // Each receive starts at the first place again, so what came is checked at once.
            var count = receiver.Receive(batch, 8);
            Assert.True(count > 0, "nothing came");
            if (received == 0 && count == 4)
            {
                Assert.Equal([6, 20, -1, 1], Enumerable.Range(0, 4).Select(batch.ReceivedBytes));
                Assert.Equal([1, 2, 3, 4], new Span<byte>(batch.Header(0), 4).ToArray());
                Assert.Equal([5, 6, 0], new Span<byte>(memory + (7 * PayloadBytes), 3).ToArray());
                Assert.Equal(4, *(memory + (6 * PayloadBytes)));
            }
            received += count;
        }
        NativeMemory.Free(memory);
        Assert.Equal(4, received);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_interrupted_receive_brings_nothing(bool ofTrains)
    {
        using var receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 1 << 20, TimeSpan.FromMinutes(1));
        using var batch = new DatagramBatch(8, HeaderBytes + PayloadBytes);
        int? received = null;
        var thread = new Thread(() => received = ofTrains ? receiver.ReceiveTrains(batch, 8, 1, out _) : receiver.Receive(batch, 8));
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => receiver.ReceiveCalls > 0, TimeSpan.FromSeconds(10)));

        receiver.Interrupt();

        Assert.True(thread.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(0, received);
        Assert.Equal(0, receiver.Receive(batch, 8));
    }

    [Fact]
    public void What_the_kernel_drops_is_counted()
    {
        using var receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 4096, TimeSpan.FromMilliseconds(10));
        using var peer = new UdpClient();
        for (var i = 0; i < 1000; i++)
            peer.Send(new byte[1000], new IPEndPoint(IPAddress.Loopback, receiver.Port));
        using var batch = new DatagramBatch(16, 1000);
        var received = 0;
        while (receiver.Receive(batch, 16) is > 0 and var count)
            received += count;

        Assert.InRange(received, 1, 999);
        Assert.Equal(1000 - received, (int)receiver.KernelDrops);
    }

    [Fact]
    public void A_batch_is_sent_in_its_parts()
    {
        using var peer = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = UdpSocket.ForSending(1 << 20);
        using var batch = new DatagramBatch(2, HeaderBytes, padBytes: 3);
        fixed (byte* payload = "abcdef"u8)
        {
            for (var i = 0; i < 2; i++)
            {
                new Span<byte>(batch.Header(i), HeaderBytes).Fill((byte)('0' + i));
                batch.SetPayload(i, payload + i, 3);
                batch.SetPadding(i, i * 3);
                batch.SetDestination(i, (IPEndPoint)peer.Client.LocalEndPoint!);
            }
            sender.Send(batch, 2);
        }
        var from = new IPEndPoint(IPAddress.Any, 0);

        Assert.Equal("0000abc"u8.ToArray(), peer.Receive(ref from));
        Assert.Equal("1111bcd\0\0\0"u8.ToArray(), peer.Receive(ref from));
    }

    [Fact]
    public void A_port_in_use_is_an_error_and_its_owner_is_found()
    {
        using var holder = UdpSocket.Bind(IPAddress.Loopback, 0, 4096, TimeSpan.FromSeconds(1));

        var error = Assert.Throws<ErrnoException>(() => UdpSocket.Bind(IPAddress.Loopback, holder.Port, 4096, TimeSpan.FromSeconds(1)));

        Assert.Equal(Errno.EADDRINUSE, error.Errno);
        Assert.Equal(Environment.ProcessId, PortOwner.FindUdp(holder.Port)?.Pid);
    }
}

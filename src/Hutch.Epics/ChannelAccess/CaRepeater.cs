using System.Net;
using System.Net.Sockets;

namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// Passes the beacons of servers on to all clients of this machine, which cannot listen on one port together. Whoever needs a repeater first is it;
/// libca would start the program <c>caRepeater</c>, which Debian does not ship. Protocol: EPICS' <c>repeater.cpp</c>.
/// </summary>
internal sealed class CaRepeater : IDisposable
{
    private const int DefaultPort = 5065;
    private const int MaximumClients = 10_000;

    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly HashSet<int> _clients = [];
    private volatile bool _disposed;

    private CaRepeater(Socket socket)
    {
        _socket = socket;
        _thread = new Thread(Loop) { IsBackground = true, Name = "channel access repeater" };
        _thread.UnsafeStart();
    }

    /// <summary>Becomes the repeater of this machine; null if there is one.</summary>
    public static CaRepeater? TryStart()
    {
        var port = ushort.TryParse(Environment.GetEnvironmentVariable("EPICS_CA_REPEATER_PORT"), out var given) ? given : DefaultPort;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return new CaRepeater(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _socket.Dispose();
        _thread.Join();
    }

    private void Loop()
    {
        var datagram = new byte[1 << 16];
        while (!_disposed)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = _socket.ReceiveFrom(datagram, ref from);
                Handle(datagram.AsSpan(0, length), (IPEndPoint)from);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // A client is gone, or the repeater ends.
            }
        }
    }

    private void Handle(Span<byte> datagram, IPEndPoint from)
    {
        var isHeader = CaHeader.TryRead(datagram, out var header) > 0;
        if (IPAddress.IsLoopback(from.Address) && (datagram.IsEmpty || (isHeader && header.Command == CaCommand.RepeaterRegister)))
        {
            if (_clients.Count < MaximumClients)
                _clients.Add(from.Port);
            Span<byte> answer = stackalloc byte[CaHeader.Size];
            new CaHeader(CaCommand.RepeaterConfirm, 0, 0, 0, 0, 0x7f000001).Write(answer);
            _socket.SendTo(answer, from);
            _clients.RemoveWhere(IsGone);
            return;
        }
        if (!isHeader || header.Command != CaCommand.Beacon)
            return;
        if (header.Parameter2 == 0)
            (header with { Parameter2 = (uint)IPAddress.NetworkToHostOrder(BitConverter.ToInt32(from.Address.GetAddressBytes())) }).Write(datagram);
        foreach (var port in _clients)
            _socket.SendTo(datagram[..CaHeader.Size], new IPEndPoint(IPAddress.Loopback, port));
    }

    // A port that can be had is nobody's any more.
    private static bool IsGone(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>
/// Answers the searches that clients send by UDP. It runs on one thread, allocates nothing a datagram, and looks up at most so many names a second:
/// what a flood brings beyond that waits in the socket's buffer, and the kernel drops what does not fit there.
/// </summary>
internal sealed class SearchResponder : IDisposable
{
    private const int LargestDatagram = 1 << 16;
    private const int SlicesPerSecond = 20;
    private const int LongestName = 1024;
    private const int AnswerSize = CaHeader.Size + 8;

    // EPICS' ETHERNET_MAX_UDP: what goes through any network without being cut.
    private const int LargestAnswer = 1400;

    private readonly CaServer _server;
    private readonly Socket _socket;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stop = new();
    private readonly byte[] _datagram = GC.AllocateArray<byte>(LargestDatagram, pinned: true);
    private readonly byte[] _answer = GC.AllocateArray<byte>(LargestAnswer, pinned: true);
    private readonly char[] _name = new char[LongestName];
    private readonly SocketAddress _client = new(AddressFamily.InterNetwork);
    private long _slice;
    private int _left;

    /// <summary>Begins to listen.</summary>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public SearchResponder(CaServer server, IPEndPoint address)
    {
        _server = server;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        // As every IOC does, so that several on one machine hear broadcasts.
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(address);
        _socket.ReceiveTimeout = 500;
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _thread = new Thread(Loop) { IsBackground = true, Name = server.ServiceName + " searches" };
    }

    public int Port { get; }

    public void Start() => _thread.UnsafeStart();

    public void Dispose()
    {
        _stop.Set();
        _socket.Dispose();
        if (_thread.IsAlive)
            _thread.Join();
        _stop.Dispose();
    }

    private void Loop()
    {
        while (!_stop.IsSet)
        {
            try
            {
                var length = _socket.ReceiveFrom(_datagram, SocketFlags.None, _client);
                Answer(_datagram.AsSpan(0, length));
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionReset or SocketError.ConnectionRefused)
            {
                // Nothing came, or a client to which an answer went is gone.
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (!_stop.IsSet)
                    _stop.Wait(100);
            }
        }
    }

    /// <summary>Looks up the names of one datagram; what is none of the protocol ends it.</summary>
    private void Answer(ReadOnlySpan<byte> datagram)
    {
        var filled = 0;
        var names = 0;
        CaHeader? sequence = null;
        while (CaHeader.TryRead(datagram, out var header) is > 0 and var length && header.PayloadSize <= datagram.Length - length)
        {
            var payload = datagram.Slice(length, (int)header.PayloadSize);
            datagram = datagram[(length + (int)header.PayloadSize)..];
            if (header.Command == CaCommand.Version)
                sequence = header;
            if (header.Command != CaCommand.Search)
                continue;
            names++;
            if (!IsServed(payload))
                continue;
            if (filled + AnswerSize > LargestAnswer)
                Flush(ref filled);
            if (filled == 0)
                filled = Begin(sequence);
            new CaHeader(CaCommand.Search, 8, (ushort)_server.TcpPort, 0, uint.MaxValue, header.Parameter1).Write(_answer.AsSpan(filled));
            _answer.AsSpan(filled + CaHeader.Size, 8).Clear();
            BinaryPrimitives.WriteUInt16BigEndian(_answer.AsSpan(filled + CaHeader.Size), CaHeader.MinorVersion);
            filled += AnswerSize;
        }
        Flush(ref filled);
        Spend(names);
    }

    private bool IsServed(ReadOnlySpan<byte> payload)
    {
        var name = PvData.Upto0(payload);
        return name.Length is > 0 and <= LongestName && _server.Source.Find(_name.AsSpan(0, Encoding.UTF8.GetChars(name, _name))) is not null;
    }

    // The client's sequence number goes back, by which it measures the round trip and adapts its rate.
    private int Begin(CaHeader? sequence)
    {
        new CaHeader(CaCommand.Version, 0, sequence?.Type ?? 0, CaHeader.MinorVersion, sequence?.Parameter1 ?? 0, 0).Write(_answer);
        return CaHeader.Size;
    }

    private void Flush(ref int filled)
    {
        if (filled > 0)
            _socket.SendTo(_answer.AsSpan(0, filled), SocketFlags.None, _client);
        filled = 0;
    }

    private void Spend(int names)
    {
        _server.Counters.CountSearches(names);
        var slice = Environment.TickCount64 * SlicesPerSecond / 1000;
        if (slice != _slice)
            (_slice, _left) = (slice, _server.Options.MaximumSearches / SlicesPerSecond);
        // A datagram without a name costs the receiving of it.
        _left -= Math.Max(1, names);
        if (_left > 0)
            return;
        _server.Counters.CountSearchesLeft();
        _stop.Wait((int)Math.Max(1, (slice + 1) * 1000 / SlicesPerSecond - Environment.TickCount64));
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Reduction.Simulation;

/// <summary>
/// Serves a stream as a stream management service does: a client says hello and gets what it must know, the history from the time that it asks for, and all
/// that comes.
/// </summary>
public sealed class AdaraServer : IDisposable
{
    private const int BatchPackets = 256;
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_desertion = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener;
    private readonly AdaraHistory _history;
    private readonly int _pieces;
    private readonly Lock _gate = new();
    private readonly Dictionary<Socket, long> _clients = [];     // the next packet of each; the greatest number before its hello
    private int _connections;
    private int _cuts;
    private long _lastLeft;
    private bool _isDisposed;

    /// <summary>Listens.</summary>
    /// <param name="address">On which address.</param>
    /// <param name="port">On which port; 0: a free one.</param>
    /// <param name="historyBytes">How much is kept for clients that ask for what was before.</param>
    /// <param name="pieces">Packets are sent in pieces of this many bytes; 0: whole.</param>
    /// <exception cref="UserErrorException">The port is in use.</exception>
    public AdaraServer(IPAddress address, int port, long historyBytes, int pieces = 0)
    {
        (_history, _pieces) = (new AdaraHistory(historyBytes), pieces);
        _listener = new TcpListener(address, port);
        try
        {
            _listener.Start();
        }
        catch (SocketException error)
        {
            throw new UserErrorException($"tcp port {port} on {address} cannot be used: {error.Message}; choose another --port", error);
        }
        Start("adara-accept", Accept);
    }

    /// <summary>Its port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that said hello so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Clients that have said hello and are connected: what is sent from now on reaches them.</summary>
    public int Clients
    {
        get
        {
            lock (_gate)
                return _clients.Values.Count(next => next != long.MaxValue);
        }
    }

    /// <summary>Whether there were clients, and none for a while: one that begins again from elsewhere does so at once.</summary>
    public bool IsDeserted
    {
        get
        {
            lock (_gate)
                return Connections > 0 && _clients.Count == 0 && Stopwatch.GetElapsedTime(_lastLeft) > s_desertion;
        }
    }

    /// <summary>How many packets the slowest client has still to get.</summary>
    public long Behind
    {
        get
        {
            lock (_gate)
                return Math.Max(0, _history.Count - _clients.Values.DefaultIfEmpty(long.MaxValue).Min());
        }
    }

    /// <summary>Packets that clients missed because they were too slow for the history.</summary>
    public long Missed { get; private set; }

    /// <summary>Sends a packet to all clients, now or when they come.</summary>
    /// <param name="packet">The packet.</param>
    public void Send(byte[] packet) => _history.Add(packet);

    /// <summary>Cuts the connections in the middle of the next packet of events that each sends.</summary>
    public void Cut() => Interlocked.Increment(ref _cuts);

    /// <summary>Marks the end of the data: clients get what is left, and then the end.</summary>
    public void Finish() => _history.Close();

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var client in _clients.Keys)
                client.Dispose();
        }
        _listener.Dispose();
        _history.Close();
    }

    private static void Start(string name, Action body) => new Thread(() => body()) { IsBackground = true, Name = name }.Start();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptSocket();
                lock (_gate)
                {
                    if (_isDisposed)
                        client.Dispose();
                    else
                        _clients.Add(client, long.MaxValue);
                }
                Start("adara-client", () => Serve(client));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private void Serve(Socket client)
    {
        try
        {
            client.NoDelay = true;
            client.ReceiveTimeout = (int)s_helloTimeout.TotalMilliseconds;
            if (!TryReadHello(client, out var start, out var withoutPauses))
                return;
            var at = _history.Find(start, out var prologue);
            lock (_gate)
                _clients[client] = at;
            Interlocked.Increment(ref _connections);
            foreach (var packet in prologue)
                Write(client, packet);
            Follow(client, at, withoutPauses);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidDataException)
        {
            // The client is gone, or is none.
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
                _lastLeft = Stopwatch.GetTimestamp();
            }

            client.Dispose();
        }
    }

    private void Follow(Socket client, long at, bool withoutPauses)
    {
        var cuts = Volatile.Read(ref _cuts);
        var batch = new List<(byte[] Packet, bool IsOfPause)>();
        while (_history.Take(at, BatchPackets, batch) is { } next)
        {
            Missed += next - batch.Count - at;
            at = next;
            lock (_gate)
                _clients[client] = at - batch.Count;
            foreach (var (packet, isOfPause) in batch)
            {
                if (isOfPause && withoutPauses)
                    continue;
                if (Volatile.Read(ref _cuts) != cuts && packet.Length > AdaraPacket.HeaderBytes)
                {
                    Write(client, packet.AsSpan(0, packet.Length / 2));
                    return;
                }
                Write(client, packet);
            }
            batch.Clear();
        }
        client.Shutdown(SocketShutdown.Send);
    }

    private void Write(Socket client, ReadOnlySpan<byte> bytes)
    {
        var size = _pieces > 0 ? _pieces : bytes.Length;
        while (bytes.Length > 0)
            bytes = bytes[client.Send(bytes[..Math.Min(size, bytes.Length)])..];
    }

    private static bool TryReadHello(Socket client, out uint start, out bool withoutPauses)
    {
        const uint NoDataOfPauses = 1;
        (start, withoutPauses) = (0, false);
        var bytes = new byte[64];
        var length = 0;
        while (length < bytes.Length)
        {
            var count = client.Receive(bytes.AsSpan(length));
            if (count == 0)
                return false;
            length += count;
            if (!AdaraPacket.TryRead(bytes.AsSpan(0, length), out var packet))
                continue;
            if (packet.Type != PacketType.ClientHello || packet.Words.Length < 1)
                return false;
            start = packet.Words[0];
            withoutPauses = packet.Words.Length > 1 && packet.Words[1] == NoDataOfPauses;
            return true;
        }
        return false;
    }
}

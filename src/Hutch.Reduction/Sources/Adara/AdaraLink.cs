using System.Buffers.Binary;
using System.Net.Sockets;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>A connection to a stream management service, made again with growing patience when it is lost.</summary>
internal sealed class AdaraLink(AdaraAddress address) : IDisposable
{
    // Services send a heartbeat when they have nothing else: one that is silent for so long is gone.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(5);

    private Socket? _socket;
    private TimeSpan _delay;
    private long _notBefore;
    private long _lastBytes;

    /// <summary>Why there is no connection; null if there is one.</summary>
    public string? Problem { get; private set; } = "not connected yet";

    /// <summary>Bytes that have come and were not read.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether there is a connection.</summary>
    public bool IsOpen => _socket is not null;

    /// <summary>Connects if that is due.</summary>
    /// <param name="hello">What is said first.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Whether this has made a connection.</returns>
    public bool TryConnect(Func<byte[]> hello, CancellationToken stop)
    {
        if (Environment.TickCount64 < _notBefore)
        {
            stop.WaitHandle.WaitOne(50);
            return false;
        }
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(s_connectTimeout);
            socket.ConnectAsync(address.Host, address.Port, patience.Token).AsTask().GetAwaiter().GetResult();
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.Send(hello());
            (_socket, Problem, _lastBytes) = (socket, null, Environment.TickCount64);
            return true;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            if (!stop.IsCancellationRequested)
                Lose(error is SocketException ? error.Message : $"no connection within {s_connectTimeout.TotalSeconds} s");
            return false;
        }
    }

    /// <summary>Receives what is there, waiting for a moment.</summary>
    /// <returns>How many bytes; 0: none for the moment, or no connection any more.</returns>
    public int Receive(Span<byte> target, TimeSpan patience)
    {
        try
        {
            if (!_socket!.Poll(patience, SelectMode.SelectRead))
            {
                if (Environment.TickCount64 - _lastBytes > s_silence.TotalMilliseconds)
                    Lose($"no data for {s_silence.TotalSeconds} s");
                return 0;
            }
            var count = _socket.Receive(target);
            if (count == 0)
            {
                Lose("the service has closed the connection");
                return 0;
            }
            (_lastBytes, Waiting) = (Environment.TickCount64, _socket.Available);
            return count;
        }
        catch (SocketException error)
        {
            Lose(error.Message);
            return 0;
        }
    }

    /// <summary>Ends the connection; the next is made after a while.</summary>
    public void Lose(string why)
    {
        Close();
        Problem = why;
        _delay = _delay == TimeSpan.Zero ? s_firstDelay : _delay * 2 < s_longestDelay ? _delay * 2 : s_longestDelay;
        _notBefore = Environment.TickCount64 + (long)_delay.TotalMilliseconds;
    }

    /// <summary>Ends the connection; the next is made at once.</summary>
    public void Close()
    {
        _socket?.Dispose();
        (_socket, Waiting) = (null, 0);
    }

    /// <summary>Says that the connection is worth something: the next loss is the first one.</summary>
    public void IsGood() => _delay = TimeSpan.Zero;

    public void Dispose() => Close();

    /// <summary>The client hello.</summary>
    /// <param name="start">Seconds since 1990 from which recorded data are wanted; 0: none.</param>
    /// <param name="withPauses">Whether data of pauses are wanted; deployed clients do not say it.</param>
    public static byte[] Hello(uint start, bool withPauses)
    {
        const uint DataOfPausesToo = 2;
        var now = EventTime.Now();
        uint[] words = withPauses
            ? [8, ((uint)PacketType.ClientHello << 8) | 1, AdaraPacket.SecondsOf(now), (uint)(now % 1_000_000_000), start, DataOfPausesToo]
            : [4, (uint)PacketType.ClientHello << 8, AdaraPacket.SecondsOf(now), (uint)(now % 1_000_000_000), start];
        var bytes = new byte[words.Length * sizeof(uint)];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), words[i]);
        return bytes;
    }
}

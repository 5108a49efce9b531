using System.Diagnostics;
using System.Net;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources.Adara;
using Hutch.Services;

namespace Hutch.Reduction.Recording;

/// <summary>
/// Serves a recording to every client, as the stream management service did: it starts with the first client, and a client that connects again gets
/// what it asks for. The time between packets is that of their headers.
/// </summary>
public sealed class AdaraReplayer : Service
{
    private const long HistoryBytes = 1L << 30;

    // As fast as it goes is as fast as the clients are.
    private const int MostBehind = 2000;

    private readonly FileStream _file;
    private readonly AdaraServer _server;
    private readonly PacketBuffer _buffer = new();
    private readonly double _speed;
    private byte[]? _next;
    private long _startedAt;
    private long _firstNs;
    private long _newestNs;
    private bool _isFinished;

    /// <summary>Makes it.</summary>
    /// <param name="path">The recording.</param>
    /// <param name="address">The address it listens on.</param>
    /// <param name="port">Its port; 0: a free one.</param>
    /// <param name="speed">1: as recorded; 2: twice as fast; 0: as fast as possible.</param>
    /// <exception cref="UserErrorException">It cannot be read, or the port is in use.</exception>
    public AdaraReplayer(string path, IPAddress address, int port, double speed)
        : base("adara-replay", null)
    {
        try
        {
            _file = File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be read: {error.Message}", error);
        }
        (_speed, _server) = (speed, new AdaraServer(address, port, HistoryBytes));
        OnError = ErrorAction.Fail;
    }

    /// <summary>Its port.</summary>
    public int Port => _server.Port;

    /// <summary>Packets sent.</summary>
    public long Packets { get; private set; }

    /// <summary>Clients that are connected.</summary>
    public int Clients => _server.Clients;

    /// <summary>Whether the recording ends in the middle of a packet.</summary>
    public bool IsTruncated { get; private set; }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (_server.Connections == 0)
            return TimeSpan.FromMilliseconds(20);
        if (_isFinished)
        {
            if (_server.IsDeserted)
                Stop();
            return TimeSpan.FromMilliseconds(20);
        }
        if ((_next ??= Read()) is not { } next)
        {
            _server.Finish();
            _isFinished = true;
            return null;
        }
        AdaraPacket.TryRead(next, out var packet);
        if (Packets == 0)
            (_startedAt, _firstNs, _newestNs) = (Stopwatch.GetTimestamp(), packet.TimeNs, packet.TimeNs);
        // The first packets may be much older than the events; nothing waits for their times.
        if (packet.Type == PacketType.BankedEvent)
        {
            if (_newestNs == _firstNs)
                (_startedAt, _firstNs) = (Stopwatch.GetTimestamp(), packet.TimeNs);
            _newestNs = Math.Max(_newestNs, packet.TimeNs);
        }
        var due = _speed > 0 ? TimeSpan.FromTicks((long)((_newestNs - _firstNs) / 100 / _speed)) : TimeSpan.Zero;
        if (due - Stopwatch.GetElapsedTime(_startedAt) is var wait && wait > TimeSpan.Zero)
            return wait < TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
        if (_server.Behind > MostBehind)
            return TimeSpan.FromMilliseconds(1);
        _server.Send(next);
        _next = null;
        Packets++;
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _server.Dispose();
        _file.Dispose();
    }

    private byte[]? Read()
    {
        try
        {
            AdaraPacket packet;
            while (!_buffer.TryNext(out packet))
            {
                var count = _file.Read(_buffer.Room());
                if (count == 0)
                {
                    IsTruncated = !_buffer.IsEmpty;
                    return null;
                }
                _buffer.Filled(count);
            }
            return packet.Bytes.ToArray();
        }
        catch (InvalidDataException error)
        {
            throw new UserErrorException($"{_file.Name} is not a recorded ADARA stream, or is damaged before byte {_file.Position}: {error.Message}", error);
        }
    }
}

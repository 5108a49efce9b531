using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>
/// Events of a stream management service as SNS and HFIR have it. It begins where the present run began, at <c>start_time</c>, or with what comes
/// from now on; a connection that is lost is made again from the last pulse on, and what was here already is left out.
/// </summary>
internal sealed class AdaraSource : IChunkSource
{
    // So much at a time, then the service of the source looks around.
    private const int MostBatchBytes = 16 << 20;

    // Less may wait without being behind.
    private const int Behind = 256 << 10;

    // A packet that cannot be read is in the history too: after so many tries it is left behind.
    private const int MostTries = 3;

    private readonly AdaraAddress _address;
    private readonly ReductionConfiguration _configuration;
    private readonly AdaraLink _link;
    private readonly AdaraStream _stream;
    private readonly PacketBuffer _buffer = new();
    private uint _startOfRun;
    private int _tries;
    private uint _triedAt;
    private int _connections;
    private long _newestNs;

    public AdaraSource(AdaraAddress address, ReductionConfiguration configuration, string? geometryFile)
    {
        (_address, _configuration) = (address, configuration);
        _link = new AdaraLink(address);
        _stream = new AdaraStream(configuration, skipsWhenFull: true, geometryFile);
    }

    public string Description => _address + (_connections > 1 ? $", {_connections} connections" : "") + _stream.Remarks + (_link.Problem is { } problem ? $" ({problem})" : "");

    public bool CanRewind => false;

    /// <summary>How old the last pulse is, if there is more to be read.</summary>
    public TimeSpan Lag => _link.Waiting > Behind && Volatile.Read(ref _newestNs) is > 0 and var newest ? TimeSpan.FromTicks(Math.Max(0, (EventTime.Now() - newest) / 100)) : TimeSpan.Zero;

    public void Rewind() => throw new NotSupportedException("a stream is not read again");

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        if (!_link.IsOpen && !Connect(stop))
            return true;
        var taken = 0;
        var patience = TimeSpan.FromMilliseconds(100);
        while (taken < MostBatchBytes && _link.IsOpen)
        {
            var count = _link.Receive(_buffer.Room(), patience);
            if (count == 0)
                break;
            _buffer.Filled(count);
            taken += count;
            patience = TimeSpan.Zero;
            TakePackets(sink, stop);
        }
        if (taken == 0)
            _stream.EndPulse(sink, stop);
        return true;
    }

    public void Dispose() => _link.Dispose();

    private bool Connect(CancellationToken stop)
    {
        var fromStartOfRun = _startOfRun == 0 && _stream.LastSeconds == 0 && _configuration is { StartTime: null, StartNow: false };
        if (!_link.TryConnect(() => AdaraLink.Hello(Start(), _configuration.KeepPausedEvents), stop))
            return false;
        _buffer.Clear();
        _stream.Connected(fromStartOfRun);
        _connections++;
        return true;
    }

    private uint Start()
    {
        var last = _stream.LastSeconds;
        if (last > 0)
            return _tries < MostTries ? last : 0;
        if (_configuration.StartTime is { } time)
            return Math.Max(1, AdaraPacket.SecondsOf(EventTime.Of(time)));
        return _startOfRun;
    }

    private void TakePackets(IChunkSink sink, CancellationToken stop)
    {
        try
        {
            while (_buffer.TryNext(out var packet))
            {
                _stream.Take(packet, sink, stop);
                Volatile.Write(ref _newestNs, packet.TimeNs);
                if (_stream.StartOfRun is { } start)
                {
                    // In the middle of a run: again, from where it began.
                    _startOfRun = Math.Max(1, start);
                    _link.Close();
                    return;
                }
            }
            if (_stream.LastSeconds != _triedAt)
            {
                (_triedAt, _tries) = (_stream.LastSeconds, 0);
                _link.IsGood();
            }
        }
        catch (InvalidDataException error)
        {
            _tries++;
            sink.CountLost(1, error.Message);
            _link.Lose(error.Message);
        }
    }
}

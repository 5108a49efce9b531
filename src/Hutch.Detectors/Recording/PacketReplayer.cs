using System.Net;
using System.Runtime.InteropServices;
using Hutch.Native.Sockets;
using Hutch.Services;

namespace Hutch.Detectors.Recording;

/// <summary>Sends a recording again, in its own time, faster or slower, or at a rate.</summary>
public sealed unsafe class PacketReplayer : Service
{
    private const int Batch = 64;
    private const int LargestDatagram = 65_535;

    private readonly PacketReplayerOptions _options;
    private readonly PcapReader _recording;
    private UdpSocket? _socket;
    private DatagramBatch? _batch;
    private byte* _memory;
    private Schedule _schedule;
    private long _firstTime;
    private bool _hasNext;
    private RecordedPacket _next;

    /// <summary>Makes the replayer of a recording, which it closes at its end.</summary>
    public PacketReplayer(PcapReader recording, PacketReplayerOptions options)
        : base("udp-replay", null)
    {
        (_recording, _options) = (recording, options);
        OnError = ErrorAction.Fail;
    }

    /// <summary>Datagrams sent.</summary>
    public long Packets { get; private set; }

    /// <summary>Bytes of these.</summary>
    public long Bytes { get; private set; }

    /// <summary>How far the recording has been sent, 0 to 1.</summary>
    public double Progress { get; private set; }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _socket = UdpSocket.ForSending(8 << 20);
        _batch = new DatagramBatch(Batch, 0);
        _memory = (byte*)NativeMemory.Alloc(Batch, LargestDatagram);
        _hasNext = _recording.TryRead(out _next);
        (_schedule, _firstTime) = (new Schedule(), _next.TimeNs);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        if (!_hasNext)
        {
            Stop();
            return null;
        }
        if (Left() is var wait && wait > TimeSpan.Zero)
            return wait < TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
        var count = 0;
        do
        {
            var payload = _recording.Payload;
            payload.CopyTo(new Span<byte>(_memory + (count * LargestDatagram), LargestDatagram));
            _batch!.SetPayload(count, _memory + (count * LargestDatagram), payload.Length);
            _batch.SetDestination(count, new IPEndPoint(_options.Destination, _next.Port + _options.PortOffset));
            Packets++;
            Bytes += payload.Length;
            count++;
            _hasNext = _recording.TryRead(out _next);
        }
        while (_hasNext && count < Batch && Left() <= TimeSpan.Zero);
        _socket!.Send(_batch, count);
        Progress = _recording.Progress;
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        _socket?.Dispose();
        _batch?.Dispose();
        NativeMemory.Free(_memory);
        _memory = null;
        _recording.Dispose();
    }

    // The time until the next datagram is to be sent.
    private TimeSpan Left()
    {
        if (_options.Rate > 0)
            return _schedule.Left(TimeSpan.FromSeconds(Packets / _options.Rate));
        return _options.Speed > 0 ? _schedule.Left(TimeSpan.FromSeconds((_next.TimeNs - _firstTime) / 1e9 / _options.Speed)) : TimeSpan.Zero;
    }
}

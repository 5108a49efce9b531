using System.Net;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Ledger;
using Hutch.Native.Posix;
using Hutch.Native.Sockets;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Receiving;

/// <summary>
/// Receives the packets of one module and puts its frames into the ring <c>detector-module</c>; announces each on the channel
/// of the same name.
/// </summary>
public sealed class UdpReceiver : Service, IFrameSink
{
    private const long LookAroundInterval = 500;   // ms

    // How long a receive waits for a packet: a frame that is under way has a time-out; without one, only subscribers are to be counted.
    private static readonly TimeSpan WaitUnderWay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WaitAtRest = MetadataChannel.RestTimeout;

    private readonly DaqConfiguration _configuration;
    private readonly UdpReceiverOptions _options;
    private readonly int _module;
    private UdpSocket? _socket;
    private Ring? _ring;
    private MetadataPublisher? _channel;
    private DatagramBatch? _batch;
    private FrameBuilder? _frames;
    private PacketReader? _packets;
    private bool _isResting;
    private LossJournal? _losses;
    private ulong _newestImage;
    private Silence _silence;
    private long _lookedAroundAt;
    private long _packetsSeen;

    /// <summary>Makes a receiver.</summary>
    public UdpReceiver(DaqConfiguration configuration, int module, UdpReceiverOptions? options = null, ILogger? logger = null)
        : base($"udp-receiver-{configuration.DetectorName}-{module}", logger)
    {
        _configuration = configuration;
        _module = module;
        _options = options ?? new UdpReceiverOptions();
        OnError = ErrorAction.Fail;
        WaitsUpTo = MetadataChannel.RestTimeout;
        ReceivingMetrics.Observe(this);
    }

    /// <summary>What has been received since the start.</summary>
    public ReceiverCounters Counters { get; private set; } = new();

    /// <summary>Programs that listen to the channel.</summary>
    public int Subscribers => _channel?.Subscribers ?? 0;

    /// <summary>The UDP port in use.</summary>
    public int Port { get; private set; }

    void IFrameSink.OnFrame(ref FrameMetadata frame)
    {
        _newestImage = frame.ImageId;
        if (frame.MissingPackets > 0)
        {
            NoteKernelDrops();
            _losses!.Add(LossStage.Receiver, LossReason.MissingPackets, frame.ImageId, (long)frame.MissingPackets, _module);
        }
        _channel!.Publish(FrameMetadata.AsBytes(ref frame));
    }

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        var name = StreamNames.Of(_configuration.DetectorName, _module);
        var layout = _configuration.Kind.Layout(_configuration);
        Counters = new ReceiverCounters();
        _packetsSeen = 0;
        Port = _configuration.UdpPort(_module);
        _socket = Bind();
        _channel = new MetadataPublisher(StreamNames.Endpoint(name));
        _ring = Ring.ForProducer(name, layout.SlotBytes, _options.FrameSlots);
        _losses = LossJournal.Open(_configuration.DetectorName);
        _frames = new FrameBuilder(_configuration, _module, _options.OwnModuleOnly, _ring, Counters, this);
        _batch = new DatagramBatch(_frames.Capacity, layout.HeaderBytes, Math.Max(layout.PadBytes, layout.LastPadBytes));
        _packets = new PacketReader(_socket, _frames, _batch);
        if (_socket.ReceiveBufferBytes < _options.SocketBufferBytes)
            Logger.LogWarning("{Service}: the system granted a socket buffer of {Granted} bytes instead of {Wanted}; raise it with: sysctl -w net.core.rmem_max={Wanted}",
                ServiceName, _socket.ReceiveBufferBytes / 2, _options.SocketBufferBytes, _options.SocketBufferBytes);
    }

    /// <inheritdoc/>
    protected override void OnFirstIteration(CancellationToken stop) => stop.Register(_socket!.Interrupt);

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var askedAt = Environment.TickCount64;
        var received = _packets!.Read(out var isDrained);
        if (stop.IsCancellationRequested)
            return null;
        if (received > 0)
            _silence.Break();
        else if (_silence.Add(askedAt, _isResting ? WaitAtRest : WaitUnderWay) >= _options.FrameTimeout)
            _frames!.Flush();
        // From rest at once, for the time-out of a frame is shorter; to rest when nothing came, so that this is done for few frames.
        if (_isResting == _frames!.IsUnderWay && (_isResting || received == 0))
        {
            _isResting = !_isResting;
            _socket!.SetReceiveTimeout(_isResting ? WaitAtRest : WaitUnderWay);
        }
        // Also under full load, when nothing is ever waited for.
        if (received == 0 || Environment.TickCount64 - _lookedAroundAt >= LookAroundInterval)
            LookAround();
        // Waking up for each packet costs more than the packet; what comes meanwhile waits in the socket's buffer.
        if (received > 0 && isDrained && _options.Patience > TimeSpan.Zero)
            SystemClock.Sleep(_options.Patience);
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        if (_socket is not null && _losses is not null)
            NoteKernelDrops();
        _losses?.Dispose();
        _channel?.Dispose();
        _ring?.Dispose();
        _batch?.Dispose();
        _socket?.Dispose();
        (_channel, _ring, _batch, _socket, _frames, _losses) = (null, null, null, null, null, null);
    }

    private void LookAround()
    {
        _lookedAroundAt = Environment.TickCount64;
        // Without packets no count changes, so that a receiver at rest has nothing to report.
        if (Counters.Packets != _packetsSeen)
            (_packetsSeen, Counters.ReceiveCalls) = (Counters.Packets, _socket!.ReceiveCalls);
        _channel!.LogSubscribers(Logger, ServiceName);
        NoteKernelDrops();
        LogFirstTroubles();
    }

    private void NoteKernelDrops()
    {
        long drops = _socket!.KernelDrops;
        if (drops > Counters.KernelDrops)
            _losses!.Add(LossStage.Kernel, LossReason.SocketBufferFull, _newestImage, drops - Counters.KernelDrops, _module);
        Counters.KernelDrops = drops;
    }

    private UdpSocket Bind()
    {
        try
        {
            return UdpSocket.Bind(_options.Address, Port, _options.SocketBufferBytes, WaitUnderWay);
        }
        catch (ErrnoException error) when (error.Errno == Errno.EADDRINUSE)
        {
            var owner = PortOwner.FindUdp(Port) is var (pid, command) ? $"by pid {pid} ({command})" : "by another process";
            throw new UserErrorException($"udp port {Port} is in use {owner}; choose another start_udp_port or stop it", error);
        }
        catch (ErrnoException error)
        {
            throw new UserErrorException($"udp port {Port} on {_options.Address} cannot be opened: {error.Message}; "
                + "choose an address of this host, and a port that this user may open", error);
        }
    }

    // The first of each kind of trouble is worth a line; the counters show the rest.
    private void LogFirstTroubles()
    {
        Log(0, Counters.KernelDrops, "the kernel dropped packets because the socket buffer was full: the receiver got too little processor time, or the buffer is too small");
        Log(1, Counters.Foreign, $"packets arrive that have no place in a frame of module {_module}: check where the detector sends each module, and detector_type");
        Log(2, Counters.WrongSize, "packets of a wrong size arrive: check bit_depth, image size and the network's MTU");
        Log(3, Counters.MissingPackets, "frames are incomplete: packets were lost on the way");
        Log(4, Counters.UnknownFormat, "packets with an unknown header version or protocol id arrive; they are taken. Check the detector's firmware if the images look wrong");
        Log(5, Counters.OtherModule, $"packets arrive that name another module than {_module}; they are taken. --own-module-only rejects them");

        void Log(int kind, long count, string cause)
        {
            if (count > 0 && IsFirstTrouble(kind))
                Logger.LogWarning("{Service}: {Cause} ({Count} so far)", ServiceName, cause, count);
        }
    }
}

using Hutch.Detectors.Configuration;
using Hutch.Native.Sockets;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Simulation;

/// <summary>
/// Sends the packets of a detector, all modules in turn and spread over the time of an image, as a detector does. The first
/// frame goes out when the service starts; it ends after the number of images it was asked for.
/// </summary>
public sealed class UdpSimulator : Service
{
    // Packets of one module sent in one go: few enough for a small socket buffer to take.
    private const int Burst = 16;

    // The share of an image's time in which its packets are sent; the rest is for catching up.
    private const double Duty = 0.8;

    private const int SendBufferBytes = 8 << 20;

    private readonly DaqConfiguration _configuration;
    private readonly UdpSimulatorOptions _options;
    private readonly List<ModuleSender> _senders = [];
    private UdpSocket? _socket;
    private int _packets;
    private Schedule _schedule;

    /// <summary>Makes a simulator of all active modules.</summary>
    public UdpSimulator(DaqConfiguration configuration, UdpSimulatorOptions options, ILogger? logger = null)
        : base($"udp-simulator-{configuration.DetectorName}", logger)
    {
        (_configuration, _options) = (configuration, options);
        OnError = ErrorAction.Fail;
        SimulationMetrics.Observe(this);
    }

    /// <summary>What has been sent since the start.</summary>
    public SimulatorCounters Counters { get; private set; } = new();

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new SimulatorCounters();
        _socket = UdpSocket.ForSending(SendBufferBytes);
        foreach (var module in _configuration.ActiveModules)
            _senders.Add(new ModuleSender(_configuration, module, _options, Counters, Burst));
        _packets = _configuration.Kind.Layout(_configuration).PacketsPerFrame;
        _schedule = new Schedule();
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        var imageId = _options.FirstImageId + (ulong)Counters.Images;
        foreach (var sender in _senders)
            sender.Begin(imageId);

        for (var packet = 0; packet < _packets && !stop.IsCancellationRequested; packet += Burst)
        {
            if (_options.Rate > 0 && _schedule.Left(TimeSpan.FromSeconds((Counters.Images + (Duty * packet / _packets)) / _options.Rate)) is var left && left > TimeSpan.Zero)
                stop.WaitHandle.WaitOne(left);
            foreach (var sender in _senders)
                sender.Send(_socket!, imageId, packet, packet + Burst);
        }
        if (stop.IsCancellationRequested)
            return null;
        Counters.Images++;
        if (Counters.Images == _options.Images)
            Stop();
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        foreach (var sender in _senders)
            sender.Dispose();
        _senders.Clear();
        _socket?.Dispose();
    }
}

using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Ledger;
using Hutch.Native.Zmq;
using Hutch.Services;
using Hutch.Streams;
using Microsoft.Extensions.Logging;

namespace Hutch.Detectors.Assembly;

/// <summary>
/// Converts the frames of some modules into the image ring <c>detector-image</c>, and reports each to the synchroniser on the
/// channel <c>detector-sync</c>.
/// </summary>
public sealed unsafe class ModuleConverter : ChannelService
{
    // Frames handled before the service looks whether it is to stop.
    private const int Burst = 64;

    private readonly DaqConfiguration _configuration;
    private readonly IReadOnlyList<int> _modules;
    private readonly AssemblerOptions _options;
    private readonly Dictionary<int, (Ring Ring, FrameConverter Converter)> _sources = [];
    private Ring? _images;
    private LossJournal? _losses;
    private ZmqSocket? _sync;

    /// <summary>Makes the converter of some modules.</summary>
    public ModuleConverter(DaqConfiguration configuration, IReadOnlyList<int> modules, AssemblerOptions options, ILogger? logger = null)
        : base($"converter-{configuration.DetectorName}-{string.Join('-', modules)}", logger)
    {
        (_configuration, _modules, _options) = (configuration, modules, options);
        AssemblyMetrics.Observe(this);
    }

    /// <summary>What has been done since the start.</summary>
    public ConverterCounters Counters { get; private set; } = new();

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        Counters = new ConverterCounters();
        _losses = LossJournal.Open(_configuration.DetectorName);
        _images = Ring.ForConsumer(StreamNames.Of(_configuration.DetectorName, StreamNames.Image), _configuration.ImageBytes, _options.ImageSlots(_configuration));
        var frameBytes = _configuration.Kind.Layout(_configuration).SlotBytes;
        foreach (var module in _modules)
        {
            var converter = new FrameConverter(_configuration, module);
            _sources.Add(module, (Ring.ForConsumer(StreamNames.Of(_configuration.DetectorName, module), frameBytes, _options.FrameSlots), converter));
        }
        _sync = MetadataChannel.Push(StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, StreamNames.Sync)));
        Listen(MetadataChannel.Subscribe(_modules.Select(m => StreamNames.Endpoint(StreamNames.Of(_configuration.DetectorName, m)))));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        FrameMetadata frame = default;
        for (var i = 0; i < Burst && Incoming.TryReceive(FrameMetadata.AsBytes(ref frame), out var length, wait: i == 0); i++)
        {
            if (length == FrameMetadata.Bytes && _sources.TryGetValue(frame.ModuleId, out var source))
                Convert(ref frame, source.Ring, source.Converter);
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        base.OnStopped();
        _sync?.Dispose();
        foreach (var (ring, _) in _sources.Values)
            ring.Dispose();
        _sources.Clear();
        _images?.Dispose();
        _losses?.Dispose();
    }

    private void Convert(ref FrameMetadata frame, Ring ring, FrameConverter converter)
    {
        var id = frame.ImageId;
        if (!_images!.Generations.TryBegin(id))
        {
            Counters.OutdatedFrames++;
            Note(LossReason.Outdated, frame);
            return;
        }
        converter.Convert(ring.Slot(id), _images.Slot(id), frame.MissingPackets > 0);
        if (!ring.Generations.Holds(id))
        {
            Counters.OverwrittenFrames++;
            Note(LossReason.Overwritten, frame);
            return;
        }
        if (_sync!.TrySend(FrameMetadata.AsBytes(ref frame)))
        {
            Counters.Frames++;
            return;
        }
        Counters.UnannouncedFrames++;
        Note(LossReason.QueueFull, frame);
    }

    private void Note(LossReason reason, in FrameMetadata frame) => _losses!.Add(LossStage.Converter, reason, frame.ImageId, 1, frame.ModuleId);
}

using Hutch.Reduction.Configuration;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>
/// What packets mean, one after the other, wherever they come from: a connection, or a file. Events become chunks; all else is kept beside them.
/// </summary>
internal sealed partial class AdaraStream
{
    // A clock may be wrong, but a pulse of the day after tomorrow is damage, and would end all that compares times.
    private static readonly long s_future = TimeSpan.FromDays(1).Ticks * 100;

    private readonly ReductionConfiguration _configuration;
    private readonly EventChunks _chunks;
    private readonly string? _geometryFile;

    /// <summary>Makes it.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="skipsWhenFull">Whether chunks are left out when the scripts are too slow.</param>
    /// <param name="geometryFile">Where the instrument's geometry is put; null: nowhere.</param>
    public AdaraStream(ReductionConfiguration configuration, bool skipsWhenFull, string? geometryFile)
    {
        (_configuration, _geometryFile) = (configuration, geometryFile);
        _chunks = new EventChunks(configuration) { SkipsWhenFull = skipsWhenFull };
    }

    /// <summary>Packets that were damaged.</summary>
    public long Damaged { get; private set; }

    /// <summary>What is worth saying beside the numbers of the status, each with a comma before it.</summary>
    public string Remarks =>
        Remark(_outside, "packets between runs skipped") + Remark(_again, "repeated packets skipped") + Remark(_paused, "packets of pauses skipped")
        + Remark(_noPixel, "events without a pixel") + Remark(_raw, "packets of raw events skipped") + Remark(_undescribed, "values of unknown variables") + Remark(_chunks.Skipped, "events skipped")
        + Remark(_chunks.Metadata.LeftOut, "values left out of chunks") + Remark(Damaged, "damaged packets");

    /// <summary>Takes a packet.</summary>
    public void Take(AdaraPacket packet, IChunkSink sink, CancellationToken stop)
    {
        if (packet.TimeNs > EventTime.Now() + s_future)
        {
            CountDamage(packet.Type, sink);
            return;
        }
        var isWhole = packet.Type switch
        {
            PacketType.BankedEvent or PacketType.MappedEvent or PacketType.BeamMonitorEvent => TakePulse(packet, sink, stop),
            PacketType.RunStatus => TakeRunStatus(packet, sink, stop),
            PacketType.RunInfo => TakeRunInfo(packet),
            PacketType.Annotation => TakeAnnotation(packet),
            PacketType.Geometry => TakeGeometry(packet),
            PacketType.BeamlineInfo => TakeBeamline(packet),
            PacketType.BeamMonitorConfiguration => TakeMonitors(packet),
            PacketType.DeviceDescriptor => TakeDevice(packet),
            PacketType.VariableU32 => TakeValue(packet, 4, static (p, _) => p.Words[3]),
            PacketType.VariableDouble => TakeValue(packet, 5, static (p, _) => p.Double(3)),
            PacketType.VariableString => TakeValue(packet, 4, static (p, _) => p.Text(3)),
            PacketType.Rtdl => TakeRtdl(packet),
            PacketType.SourceList => TakeSources(packet),
            PacketType.TranslationComplete => TakeTranslation(packet),
            PacketType.DetectorBankSets => TakeBankSets(packet),
            PacketType.Heartbeat or PacketType.DataDone => EndPulse(sink, stop),
            PacketType.RawEvent => CountRaw(),
            // Pixel mapping, hello and sync do not matter to a reduction. Or the type is unknown.
            _ => true,
        };
        if (!isWhole)
            CountDamage(packet.Type, sink);
    }

    /// <summary>Hands over what is complete when nothing more comes for a while.</summary>
    /// <returns>True.</returns>
    public bool EndPulse(IChunkSink sink, CancellationToken stop)
    {
        if (_open is not null && _isOpenWanted)
            _chunks.EndPulse(sink, stop);
        _open = null;
        return true;
    }

    /// <summary>Ends the run: nothing more will come. Pulses without any run status get the run name that is given.</summary>
    public void End(string name, IChunkSink sink, CancellationToken stop)
    {
        if (!_isTold)
            Know(name, sink, stop);
        EndRun(sink, stop);
    }

    private void CountDamage(PacketType type, IChunkSink sink)
    {
        Damaged++;
        sink.CountLost(1, Enum.IsDefined(type) ? $"a damaged packet ({type})" : "a damaged packet");
    }

    private static string Remark(long count, string what) => count > 0 ? $", {count} {what}" : "";
}

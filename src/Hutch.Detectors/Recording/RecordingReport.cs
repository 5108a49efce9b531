using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Recording;

/// <summary>What is in a recording.</summary>
/// <param name="Ports">Each port.</param>
/// <param name="Skipped">Packets that were no whole UDP datagram.</param>
/// <param name="Truncated">Whether the file ends in the middle of a packet.</param>
public sealed record RecordingReport(IReadOnlyList<PortReport> Ports, long Skipped, bool Truncated)
{
    /// <summary>Reads a recording to its end.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="configuration">The detector it is of; null lets each kind look whether the packets are its own.</param>
    /// <param name="progress">Receives the progress, 0 to 1.</param>
    public static RecordingReport Of(PcapReader recording, DaqConfiguration? configuration = null, Action<double>? progress = null)
    {
        const int progressEvery = 10_000;
        var ports = new SortedDictionary<int, PortAnalysis>();
        for (var n = 1L; recording.TryRead(out var packet); n++)
        {
            if (!ports.TryGetValue(packet.Port, out var port))
                ports[packet.Port] = port = new PortAnalysis(packet.Port, configuration);
            port.Add(packet, recording.Payload);
            if (n % progressEvery == 0)
                progress?.Invoke(recording.Progress);
        }
        return new RecordingReport([.. ports.Values.Select(p => p.Report())], recording.Skipped, recording.IsTruncated);
    }
}

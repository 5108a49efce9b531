namespace Hutch.Detectors.Recording;

/// <summary>Which packets of a frame have been seen.</summary>
internal sealed class FrameTrack
{
    private readonly HashSet<uint> _packets = [];

    /// <summary>Different packets.</summary>
    internal int Packets => _packets.Count;

    /// <summary>Takes in a packet.</summary>
    /// <returns>False if it was seen before.</returns>
    internal bool Add(uint packet) => _packets.Add(packet);
}

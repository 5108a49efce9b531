using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Assembly;

/// <summary>An image about which the synchroniser has decided.</summary>
/// <param name="FirstFrame">The metadata of the frame that arrived first.</param>
/// <param name="MissingPackets">Packets missing in all its frames.</param>
/// <param name="MissingFrames">Modules whose frame did not come.</param>
public readonly record struct SynchronisedImage(FrameMetadata FirstFrame, ulong MissingPackets, int MissingFrames)
{
    /// <summary>Whether the frames of all modules arrived; otherwise the image is lost.</summary>
    public bool IsComplete => MissingFrames == 0;
}

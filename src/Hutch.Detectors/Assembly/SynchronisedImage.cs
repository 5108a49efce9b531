using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Assembly;

/// <summary>An image about which the synchroniser has decided.</summary>
/// <param name="FirstFrame">The metadata of the frame that came first.</param>
/// <param name="MissingPackets">Packets missing in all its frames.</param>
/// <param name="IsComplete">Whether the frames of all modules came; otherwise the image is lost.</param>
public readonly record struct SynchronisedImage(FrameMetadata FirstFrame, ulong MissingPackets, bool IsComplete);

using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Receiving;

/// <summary>Takes the frames that are complete, or as complete as they will get.</summary>
public interface IFrameSink
{
    /// <summary>A frame is in its slot.</summary>
    void OnFrame(ref FrameMetadata frame);
}

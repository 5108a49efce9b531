namespace Hutch.Detectors.Configuration;

/// <summary>The rules by which a live stream selects images (<c>type</c> in <c>live_stream_configs</c>).</summary>
public enum LiveStreamSelection
{
    /// <summary>Every image.</summary>
    Forward,

    /// <summary>Some consecutive images, a number of times per second.</summary>
    Periodic,

    /// <summary>A number of images out of each group, by image id.</summary>
    Batch,
}

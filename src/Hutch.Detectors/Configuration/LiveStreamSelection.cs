namespace Hutch.Detectors.Configuration;

/// <summary>The rules by which a live stream selects images (<c>type</c> in <c>live_stream_configs</c>).</summary>
public enum LiveStreamSelection
{
    /// <summary>Every image.</summary>
    Forward,

    /// <summary>Some images in a row, so many times a second.</summary>
    Periodic,

    /// <summary>So many of every so many images, by image id.</summary>
    Batch,
}

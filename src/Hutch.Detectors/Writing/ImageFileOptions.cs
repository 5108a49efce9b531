namespace Hutch.Detectors.Writing;

/// <summary>What stands in a file beside the images, and how it is written.</summary>
public sealed record ImageFileOptions
{
    /// <summary>By which the run is known.</summary>
    public ulong RunId { get; init; }

    /// <summary>How many images were asked for.</summary>
    public ulong ImagesRequested { get; init; }

    /// <summary>Whether the images come compressed (bitshuffle-LZ4). Default false.</summary>
    public bool Compressed { get; init; }
}

namespace Hutch.Detectors.Writing;

/// <summary>What a file holds besides the images, and how it is written.</summary>
public sealed record ImageFileOptions
{
    /// <summary>By which the run is known.</summary>
    public ulong RunId { get; init; }

    /// <summary>How many images were asked for.</summary>
    public ulong ImagesRequested { get; init; }

    /// <summary>Whether the images arrive compressed (bitshuffle-LZ4). Default false.</summary>
    public bool Compressed { get; init; }
}

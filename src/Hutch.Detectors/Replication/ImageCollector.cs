namespace Hutch.Detectors.Replication;

/// <summary>Decides, from what the receivers report, which images are announced, and when.</summary>
internal abstract class ImageCollector(int queueSize)
{
    private readonly Stack<CollectedImage> _unused = [];

    /// <summary>Images announced.</summary>
    internal long Complete { get; private set; }

    /// <summary>Images given up because not all their parts arrived.</summary>
    internal long Incomplete { get; private set; }

    /// <summary>Parts that came after their image had been decided about, or twice.</summary>
    internal long Late { get; set; }

    /// <summary>Images that wait.</summary>
    internal int Pending => Waiting.Count;

    /// <summary>The number of images that may wait.</summary>
    protected int QueueSize { get; } = queueSize;

    protected List<CollectedImage> Waiting { get; } = [];

    /// <summary>Takes in a report.</summary>
    /// <param name="id">The image.</param>
    /// <param name="metadata">The report.</param>
    /// <param name="now">The time in ms.</param>
    /// <param name="decided">Gets the images that are decided now, in order; to be handed back with <see cref="Recycle"/>.</param>
    internal abstract void Add(ulong id, ReadOnlySpan<byte> metadata, long now, List<CollectedImage> decided);

    /// <summary>Decides about images whose time is over.</summary>
    internal abstract void Tick(long now, List<CollectedImage> decided);

    internal void Recycle(CollectedImage image) => _unused.Push(image);

    protected CollectedImage New(ulong id, ReadOnlySpan<byte> metadata, long now)
    {
        if (!_unused.TryPop(out var image))
            image = new CollectedImage();
        image.Open(id, metadata, now);
        return image;
    }

    protected void Decide(int index, bool isComplete, List<CollectedImage> decided)
    {
        var image = Waiting[index];
        Waiting.RemoveAt(index);
        image.IsComplete = isComplete;
        if (isComplete)
            Complete++;
        else
            Incomplete++;
        decided.Add(image);
    }
}

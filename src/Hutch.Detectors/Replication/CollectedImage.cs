namespace Hutch.Detectors.Replication;

/// <summary>An image of which at least one part has been reported.</summary>
internal sealed class CollectedImage
{
    private readonly byte[] _metadata = new byte[Assembly.AnnouncedImage.MaxBytes];
    private int _length;

    internal ulong Id { get; private set; }

    /// <summary>Parts that have come.</summary>
    internal int Parts { get; set; }

    /// <summary>How often the detector had started again; images are ordered by this first.</summary>
    internal long Epoch { get; set; }

    /// <summary>When the first part came, in ms of <see cref="Environment.TickCount64"/>.</summary>
    internal long ArrivedAt { get; private set; }

    /// <summary>Whether it is to be announced; otherwise it is lost.</summary>
    internal bool IsComplete { get; set; }

    /// <summary>The message as it came.</summary>
    internal ReadOnlySpan<byte> Metadata => _metadata.AsSpan(0, _length);

    internal void Open(ulong id, ReadOnlySpan<byte> metadata, long now)
    {
        (Id, ArrivedAt, Parts, Epoch, IsComplete) = (id, now, 0, 0, false);
        _length = metadata.Length;
        metadata.CopyTo(_metadata);
    }
}

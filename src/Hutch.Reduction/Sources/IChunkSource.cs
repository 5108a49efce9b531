namespace Hutch.Reduction.Sources;

/// <summary>Where chunks come from. For one thread.</summary>
public interface IChunkSource : IDisposable
{
    /// <summary>Its name, for logs and the status.</summary>
    string Description { get; }

    /// <summary>Whether it gives the same data again after <see cref="Rewind"/>.</summary>
    bool CanRewind { get; }

    /// <summary>How far it is behind what could be read.</summary>
    TimeSpan Lag => TimeSpan.Zero;

    /// <summary>Begins again.</summary>
    void Rewind();

    /// <summary>Waits a moment (about 0.1 s) for data, and hands over the chunks that they make.</summary>
    /// <returns>False if there will never be more.</returns>
    /// <exception cref="UserErrorException">The source cannot continue.</exception>
    bool Read(IChunkSink sink, CancellationToken stop);
}

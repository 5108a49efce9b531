namespace Hutch.Bench;

/// <summary>One comparison of ours against a named reference. A ratio above 1 always means that ours is better.</summary>
public abstract class Benchmark : IDisposable
{
    public abstract string Name { get; }

    /// <summary>What is compared with what, in one line.</summary>
    public abstract string Description { get; }

    /// <summary>The ratio that is to be reached.</summary>
    public abstract double Bar { get; }

    /// <summary>Debian packages that the reference needs.</summary>
    public virtual IReadOnlyList<string> Packages => [];

    /// <summary>How many samples the median is taken of.</summary>
    public virtual int Samples => 7;

    /// <summary>How many samples come before these and do not count: code is compiled, pages are touched.</summary>
    public virtual int WarmUps => 3;

    /// <summary>Starts what both sides need.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Runs both sides once, one right after the other, says what it saw, and returns the ratio.</summary>
    public abstract double Sample(TextWriter log);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops what <see cref="Prepare"/> started.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}

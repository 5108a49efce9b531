namespace Hutch.Services;

public abstract partial class Service
{
    /// <summary>
    /// Acquires what the body needs, on the thread that calls <see cref="Start"/>. What it throws, <see cref="Start"/> throws.
    /// </summary>
    protected virtual void OnStarting()
    {
    }

    /// <summary>
    /// Runs in the container before the first iteration: pin the thread, say hello. An exception counts as one of the
    /// body, and the next iteration begins here again.
    /// </summary>
    protected virtual void OnFirstIteration(CancellationToken stop)
    {
    }

    /// <summary>
    /// Asked before each iteration. False skips the iteration, which is logged at debug level; the question is repeated
    /// after <see cref="Interval"/>, and after 100 ms if that is shorter.
    /// </summary>
    protected virtual bool IsReady(CancellationToken stop) => true;

    /// <summary>
    /// One iteration of the work. It should return within a fraction of a second, or when <paramref name="stop"/> is set.
    /// </summary>
    /// <returns>The pause before the next iteration, or null for <see cref="Interval"/>.</returns>
    protected abstract TimeSpan? Iterate(CancellationToken stop);

    /// <summary>Releases what <see cref="OnStarting"/> acquired. Runs once after the last iteration, and after a failed start.</summary>
    protected virtual void OnStopped()
    {
    }

    /// <summary>Closes what must be closed even when <see cref="OnStopped"/> throws or does not call its base. Runs after it.</summary>
    private protected virtual void Release()
    {
    }

    /// <summary>Releases what was kept after the end for others to look at. Called by <see cref="Cleanup"/>.</summary>
    protected virtual void OnCleanup()
    {
    }
}

using System.Diagnostics;

namespace Hutch.Web.Limits;

/// <summary>A connection of a client: over it a request is handled, or one is waited for.</summary>
/// <param name="client">The address of the client.</param>
/// <param name="close">Closes the connection when no request is handled over it.</param>
/// <param name="abort">Closes it at once.</param>
internal sealed class TrackedConnection(string client, Action close, Action abort)
{
    private int _requests;
    private volatile bool _isUsed;
    private long _since = Stopwatch.GetTimestamp();

    public string Client { get; } = client;

    /// <summary>Whether no request is handled: its headers are not complete, or the client keeps the connection for later.</summary>
    public bool Waits => Volatile.Read(ref _requests) == 0;

    /// <summary>Since when, as a time stamp of <see cref="Stopwatch"/>.</summary>
    public long Since => Volatile.Read(ref _since);

    /// <summary>Whether a request ever came over it.</summary>
    public bool IsUsed => _isUsed;

    public void Begin()
    {
        _isUsed = true;
        Interlocked.Increment(ref _requests);
    }

    public void End()
    {
        Volatile.Write(ref _since, Stopwatch.GetTimestamp());
        Interlocked.Decrement(ref _requests);
    }

    public void Close()
    {
        if (IsUsed)
            close();
        else
            abort();
    }
}

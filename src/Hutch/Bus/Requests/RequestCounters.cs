namespace Hutch.Bus.Requests;

/// <summary>What a request service counted since it was made. All counts only grow.</summary>
public sealed class RequestCounters
{
    private long _received;
    private long _succeeded;
    private long _failed;
    private long _kills;
    private long _malformed;

    /// <summary>Requests accepted.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Requests that ended well.</summary>
    public long Succeeded => Interlocked.Read(ref _succeeded);

    /// <summary>Requests that failed, were killed or could not be read.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Kills received.</summary>
    public long Kills => Interlocked.Read(ref _kills);

    /// <summary>Messages that are neither request nor status; dropped, or failed where that is possible.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    internal void CountReceived() => Interlocked.Increment(ref _received);

    internal void CountEnd(bool succeeded)
    {
        if (succeeded)
            Interlocked.Increment(ref _succeeded);
        else
            Interlocked.Increment(ref _failed);
    }

    internal void CountKill() => Interlocked.Increment(ref _kills);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);
}

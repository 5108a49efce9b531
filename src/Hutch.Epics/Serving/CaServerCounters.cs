namespace Hutch.Epics.Serving;

/// <summary>What a <see cref="CaServer"/> counted.</summary>
public sealed class CaServerCounters
{
    private long _searches;
    private long _searchesLeft;
    private long _updates;
    private long _overwritten;
    private long _puts;
    private long _putsRefused;
    private long _malformed;
    private long _refusedClients;

    /// <summary>Names that were looked up for clients.</summary>
    public long Searches => Interlocked.Read(ref _searches);

    /// <summary>Slices of a second in which the limit of searches was reached, so that more were left to the kernel to drop.</summary>
    public long SearchesLeft => Interlocked.Read(ref _searchesLeft);

    /// <summary>Values that were sent to monitors.</summary>
    public long Updates => Interlocked.Read(ref _updates);

    /// <summary>Values that a newer one replaced before they were sent, because the client reads slowly.</summary>
    public long Overwritten => Interlocked.Read(ref _overwritten);

    /// <summary>Puts that were done.</summary>
    public long Puts => Interlocked.Read(ref _puts);

    /// <summary>Puts that were refused.</summary>
    public long PutsRefused => Interlocked.Read(ref _putsRefused);

    /// <summary>Messages that were none of the protocol; the client's connection was closed.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    /// <summary>Connections that were refused because there were too many.</summary>
    public long RefusedClients => Interlocked.Read(ref _refusedClients);

    internal void CountSearches(int names) => Interlocked.Add(ref _searches, names);

    internal void CountSearchesLeft() => Interlocked.Increment(ref _searchesLeft);

    internal void CountUpdate() => Interlocked.Increment(ref _updates);

    internal void CountOverwritten() => Interlocked.Increment(ref _overwritten);

    internal void CountPut() => Interlocked.Increment(ref _puts);

    internal void CountPutRefused() => Interlocked.Increment(ref _putsRefused);

    internal void CountMalformed() => Interlocked.Increment(ref _malformed);

    internal void CountRefusedClient() => Interlocked.Increment(ref _refusedClients);
}

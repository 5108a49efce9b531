using Hutch.Store;

namespace Hutch.Epics.Buffering;

/// <summary>An entry on its way to the store.</summary>
internal readonly record struct QueuedEntry
{
    // Objects and arrays around the bytes of a value: measured once, good enough for a limit of memory.
    private const int Overhead = 400;

    /// <param name="pv">Whose it is; null for pulses.</param>
    /// <param name="stream">Its stream.</param>
    /// <param name="fields">Its fields.</param>
    /// <param name="id">Its id.</param>
    /// <param name="limit">How many entries the stream keeps.</param>
    public QueuedEntry(BufferedPv? pv, string stream, StoreField[] fields, StreamId id, StreamLimit limit)
    {
        (Pv, Entry, Bytes) = (pv, new StreamAppend(stream, fields, id, limit), Overhead);
        foreach (var item in fields)
            Bytes += item.Value.Length;
    }

    public BufferedPv? Pv { get; }

    public StreamAppend Entry { get; }

    public int Bytes { get; }
}

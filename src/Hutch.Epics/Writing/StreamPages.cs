using System.Runtime.CompilerServices;
using Hutch.Store;

namespace Hutch.Epics.Writing;

/// <summary>Reads a long stretch of a stream in pages, so that no other user of the store waits for long.</summary>
internal static class StreamPages
{
    private const int Page = 5000;

    public static async IAsyncEnumerable<StreamEntry> ReadAsync(IStore store, string stream, StreamId from, StreamId to, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (from <= to)
        {
            var entries = await store.RangeAsync(stream, from, to, Page, cancel: cancel).ConfigureAwait(false);
            foreach (var entry in entries)
                yield return entry;
            if (entries.Count < Page)
                yield break;
            from = entries[^1].Id.Next;
        }
    }
}

using System.Runtime.CompilerServices;

namespace Hutch.Store;

/// <summary>Follows a stream or a key by looking again whenever the store may have changed.</summary>
internal static class Following
{
    private const int BatchSize = 1000;

    /// <param name="store">The store that is read.</param>
    /// <param name="stream">The stream that is followed.</param>
    /// <param name="after">The last id already known, or null for the stream's present last id.</param>
    /// <param name="nextChange">
    /// Taken before every look and awaited after one that found nothing, so that no change falls between the two.
    /// </param>
    /// <param name="cancel">Ends the sequence.</param>
    public static async IAsyncEnumerable<StreamEntry> EntriesAsync(
        IStore store, string stream, StreamId? after, Func<Task> nextChange, [EnumeratorCancellation] CancellationToken cancel)
    {
        var last = after ?? await InsistAsync(() => LastIdAsync(store, stream, cancel), nextChange, cancel).ConfigureAwait(false);
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var change = nextChange();
            var entries = await InsistAsync(
                () => store.RangeAsync(stream, last.Next, StreamId.Max, BatchSize, newestFirst: false, cancel), nextChange, cancel).ConfigureAwait(false);
            foreach (var entry in entries)
            {
                last = entry.Id;
                yield return entry;
            }
            if (entries.Count == 0)
                await change.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <param name="key">The key that is watched.</param>
    /// <param name="look">Returns something that differs whenever the key has changed.</param>
    /// <param name="nextChange">As above.</param>
    /// <param name="cancel">Ends the sequence.</param>
    public static async IAsyncEnumerable<string> ChangesAsync(
        string key, Func<Task<string>> look, Func<Task> nextChange, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? seen = null;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var change = nextChange();
            var present = await InsistAsync(look, nextChange, cancel).ConfigureAwait(false);
            if (present != seen)
            {
                seen = present;
                yield return key;
            }
            else
            {
                await change.WaitAsync(cancel).ConfigureAwait(false);
            }
        }
    }

    private static async Task<StreamId> LastIdAsync(IStore store, string stream, CancellationToken cancel)
    {
        var newest = await store.NewestAsync(stream, 1, cancel).ConfigureAwait(false);
        return newest.Count == 0 ? StreamId.Zero : newest[0].Id;
    }

    // A store that is away says so in its log; a follower has nobody to tell and only has to go on later.
    private static async Task<T> InsistAsync<T>(Func<Task<T>> look, Func<Task> nextChange, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await look().ConfigureAwait(false);
            }
            catch (StoreUnavailableException)
            {
                await nextChange().WaitAsync(cancel).ConfigureAwait(false);
            }
        }
    }
}

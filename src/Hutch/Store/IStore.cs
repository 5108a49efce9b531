namespace Hutch.Store;

/// <summary>
/// Where configuration, status and logs live: plain keys, hashes and append-only streams under text names, in Redis or
/// in a SQLite file with the same behaviour. Every operation is atomic; operations that one caller awaits in turn
/// happen in that order. Safe for use by several threads and, on one store, by several processes.
/// </summary>
/// <remarks>
/// Every operation throws <see cref="StoreException"/> when the key holds another kind of value, and
/// <see cref="StoreUnavailableException"/> when the store does not answer; both name the store.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>The store's URL without its password, for messages.</summary>
    string Address { get; }

    /// <summary>The value of a plain key, or null when there is none.</summary>
    Task<byte[]?> GetAsync(string key, CancellationToken cancel = default);

    /// <summary>Sets a plain key, replacing what the key held, of whatever kind.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The new value.</param>
    /// <param name="expiry">How long the value is kept; null: forever. At least one millisecond.</param>
    /// <param name="cancel">Ends the wait; the value may have been set all the same.</param>
    Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? expiry = null, CancellationToken cancel = default);

    /// <summary>The fields of a hash; empty when there is none.</summary>
    Task<IReadOnlyDictionary<string, byte[]>> GetHashAsync(string key, CancellationToken cancel = default);

    /// <summary>Sets fields of a hash, keeping its other fields, and with <paramref name="expiry"/> also its remaining life.</summary>
    Task SetHashAsync(string key, IReadOnlyCollection<StoreField> fields, TimeSpan? expiry = null, CancellationToken cancel = default);

    /// <summary>Removes a key of any kind.</summary>
    /// <returns>False if there was none.</returns>
    Task<bool> DeleteAsync(string key, CancellationToken cancel = default);

    /// <summary>Sets how long a key of any kind is kept from now on.</summary>
    /// <returns>False if there is no such key.</returns>
    Task<bool> ExpireAsync(string key, TimeSpan expiry, CancellationToken cancel = default);

    /// <summary>The keys of any kind that match a glob pattern (<c>*</c>, <c>?</c>, <c>[a-c]</c>), in ordinal order.</summary>
    Task<IReadOnlyList<string>> KeysAsync(string pattern = "*", CancellationToken cancel = default);

    /// <summary>Appends an entry to a stream, which it creates if necessary.</summary>
    /// <param name="stream">The stream's key.</param>
    /// <param name="fields">At least one field; order and repeated names are kept.</param>
    /// <param name="id">The entry's id, or null for an automatic one: the present millisecond, always above the last id.</param>
    /// <param name="limit">How many of the newest entries to keep; null: all.</param>
    /// <param name="cancel">Ends the wait; the entry may have been appended all the same.</param>
    /// <returns>The id of the new entry.</returns>
    /// <exception cref="StreamIdRefusedException"><paramref name="id"/> is not above the stream's last id.</exception>
    Task<StreamId> AppendAsync(string stream, IReadOnlyCollection<StoreField> fields, StreamId? id = null, StreamLimit? limit = null, CancellationToken cancel = default);

    /// <summary>
    /// Appends many entries in order, to one stream or several, in one round trip. Each is a separate operation: one that is refused does not keep
    /// the others out.
    /// </summary>
    /// <param name="entries">The entries; see <see cref="AppendAsync"/> for their parts.</param>
    /// <param name="cancel">Ends the wait; entries may have been appended all the same.</param>
    /// <returns>The id of each entry; null for one whose id was not above the last of its stream.</returns>
    /// <exception cref="StoreUnavailableException">The store did not answer; it is not known which entries were appended.</exception>
    Task<IReadOnlyList<StreamId?>> AppendManyAsync(IReadOnlyList<StreamAppend> entries, CancellationToken cancel = default);

    /// <summary>The entries of a stream between two ids, both included; none when there is no such stream.</summary>
    /// <param name="stream">The stream's key.</param>
    /// <param name="from">The lowest id; <see cref="StreamId.Zero"/> for the oldest entry.</param>
    /// <param name="to">The highest id; <see cref="StreamId.Max"/> for the newest entry.</param>
    /// <param name="count">The largest number of entries to return.</param>
    /// <param name="newestFirst">Goes down from <paramref name="to"/> instead of up from <paramref name="from"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    Task<IReadOnlyList<StreamEntry>> RangeAsync(string stream, StreamId from, StreamId to, int count = int.MaxValue, bool newestFirst = false, CancellationToken cancel = default);

    /// <summary>The number of entries in a stream.</summary>
    Task<long> LengthAsync(string stream, CancellationToken cancel = default);

    /// <summary>
    /// The entries of a stream above an id, those that are there and then those that come, until <paramref name="cancel"/>
    /// ends it. Continues automatically after the store was unavailable.
    /// </summary>
    /// <param name="stream">The stream's key; it need not be there yet.</param>
    /// <param name="after">The last id already known; null for only what is appended from now on.</param>
    /// <param name="cancel">Ends the sequence with <see cref="OperationCanceledException"/>.</param>
    IAsyncEnumerable<StreamEntry> FollowAsync(string stream, StreamId? after, CancellationToken cancel = default);

    /// <summary>
    /// Reports changes of a key of any kind, by any client: yields the key once at the start and after every change
    /// (several changes in quick succession may be told once; a removal is a change). Continues automatically after the store
    /// was unavailable.
    /// </summary>
    IAsyncEnumerable<string> WatchAsync(string key, CancellationToken cancel = default);
}

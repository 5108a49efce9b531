using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Hutch.Store.Redis;

/// <summary>A store in a Redis server (version 5 or newer, for streams).</summary>
internal sealed class RedisStore : IStore
{
    // Following polls: a blocking XREAD would hold up every other command on the multiplexed connection.
    private static readonly TimeSpan FollowInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    // Keyspace notifications are off by default and a deployed server's setting is not ours to change: look instead.
    private const string Fingerprint = """
        local kind = redis.call('TYPE', KEYS[1]).ok
        if kind == 'none' then return kind end
        if kind ~= 'stream' then return redis.sha1hex(redis.call('DUMP', KEYS[1])) end
        local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
        return kind .. ' ' .. redis.call('XLEN', KEYS[1]) .. ' ' .. (newest and newest[1] or '')
        """;

    private readonly RedisConnection _redis;

    public RedisStore(RedisAddress address, ILogger? logger)
    {
        Address = address.ToString();
        _redis = new RedisConnection(address, logger);
    }

    public string Address { get; }

    public async Task<byte[]?> GetAsync(string key, CancellationToken cancel = default) =>
        await _redis.RunAsync(key, repeatable: true, db => db.StringGetAsync(key), cancel).ConfigureAwait(false);

    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? expiry = null, CancellationToken cancel = default)
    {
        Expiry.Check(expiry);
        return _redis.RunAsync(key, repeatable: true, db => db.StringSetAsync(key, value, expiry is { } life ? life : Expiration.Default), cancel);
    }

    public async Task<IReadOnlyDictionary<string, byte[]>> GetHashAsync(string key, CancellationToken cancel = default)
    {
        var entries = await _redis.RunAsync(key, repeatable: true, db => db.HashGetAllAsync(key), cancel).ConfigureAwait(false);
        return entries.ToDictionary(e => (string)e.Name!, e => (byte[])e.Value!, StringComparer.Ordinal);
    }

    public Task SetHashAsync(string key, IReadOnlyCollection<StoreField> fields, TimeSpan? expiry = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count, nameof(fields));
        Expiry.Check(expiry);
        var entries = fields.Select(f => new HashEntry(f.Name, f.Value)).ToArray();
        return _redis.RunAsync(key, repeatable: true, async db =>
        {
            if (expiry is not { } life)
            {
                await db.HashSetAsync(key, entries).ConfigureAwait(false);
                return true;
            }
            var both = db.CreateTransaction();
            var set = both.HashSetAsync(key, entries);
            var expire = both.KeyExpireAsync(key, life);
            await both.ExecuteAsync().ConfigureAwait(false);
            await set.ConfigureAwait(false);
            return await expire.ConfigureAwait(false);
        }, cancel);
    }

    public Task<bool> DeleteAsync(string key, CancellationToken cancel = default) =>
        _redis.RunAsync(key, repeatable: false, db => db.KeyDeleteAsync(key), cancel);

    public Task<bool> ExpireAsync(string key, TimeSpan expiry, CancellationToken cancel = default)
    {
        Expiry.Check(expiry);
        return _redis.RunAsync(key, repeatable: true, db => db.KeyExpireAsync(key, expiry), cancel);
    }

    public Task<IReadOnlyList<string>> KeysAsync(string pattern = "*", CancellationToken cancel = default) =>
        _redis.RunAsync<IReadOnlyList<string>>(pattern, repeatable: true, async db =>
        {
            var keys = new SortedSet<string>(StringComparer.Ordinal);   // SCAN may return a key twice
            await foreach (var key in db.Multiplexer.GetServers()[0].KeysAsync(db.Database, pattern, pageSize: 1000).ConfigureAwait(false))
                keys.Add(key.ToString());
            return [.. keys];
        }, cancel);

    public async Task<StreamId> AppendAsync(string stream, IReadOnlyCollection<StoreField> fields, StreamId? id = null, StreamLimit? limit = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count, nameof(fields));
        if (limit is { } kept)
            ArgumentOutOfRangeException.ThrowIfLessThan(kept.Entries, 1, nameof(limit));
        var entry = Fields(fields);
        try
        {
            var added = await _redis.RunAsync(stream, repeatable: false, db => db.StreamAddAsync(stream, entry,
                id is { } own ? own.ToString() : default(RedisValue?), limit?.Entries, useApproximateMaxLength: limit is { Exact: false }), cancel).ConfigureAwait(false);
            return StreamId.Parse(added.ToString());
        }
        catch (StoreException error) when (id is not null && error.InnerException is RedisServerException { Message: var message }
            && IsRefusal(message))
        {
            throw new StreamIdRefusedException($"stream {stream} in {Address} refused id {id}: it must be above 0-0 and above the stream's last id", error);
        }
    }

    public Task<IReadOnlyList<StreamId?>> AppendManyAsync(IReadOnlyList<StreamAppend> entries, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var tried = false;
        return entries.Count == 0 ? Task.FromResult<IReadOnlyList<StreamId?>>([]) : _redis.RunAsync<IReadOnlyList<StreamId?>>(entries[0].Stream, repeatable: false, async db =>
        {
            // That one was not sent says nothing of the others; so the caller must know that it is a second time.
            if (tried)
                throw new TimeoutException("the connection was lost while entries were appended");
            tried = true;
            // All or none: of entries sent one by one, a server that loads its file, or a connection that breaks, may take the later ones alone.
            var together = db.CreateTransaction();
            var added = new Task<RedisValue>[entries.Count];
            for (var i = 0; i < added.Length; i++)
            {
                var entry = entries[i];
                added[i] = together.StreamAddAsync(entry.Stream, Fields(entry.Fields), entry.Id is { } own ? own.ToString() : default(RedisValue?), entry.Limit?.Entries, useApproximateMaxLength: entry.Limit is { Exact: false });
            }
            await ExecuteAsync(together).ConfigureAwait(false);
            var ids = new StreamId?[added.Length];
            for (var i = 0; i < added.Length; i++)
                ids[i] = await IdAsync(added[i], entries[i].Id).ConfigureAwait(false);
            return ids;
        }, cancel);
    }

    public async Task<IReadOnlyList<StreamEntry>> RangeAsync(string stream, StreamId from, StreamId to, int count = int.MaxValue, bool newestFirst = false, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var entries = await _redis.RunAsync(stream, repeatable: true, db => db.StreamRangeAsync(stream, from.ToString(),
            to == StreamId.Max ? "+" : to.ToString(), count == int.MaxValue ? null : count, newestFirst ? Order.Descending : Order.Ascending), cancel).ConfigureAwait(false);
        return [.. entries.Select(e => new StreamEntry(StreamId.Parse(e.Id.ToString()), [.. e.Values.Select(v => new StoreField(v.Name.ToString(), (byte[])v.Value!))]))];
    }

    public Task<long> LengthAsync(string stream, CancellationToken cancel = default) =>
        _redis.RunAsync(stream, repeatable: true, db => db.StreamLengthAsync(stream), cancel);

    public IAsyncEnumerable<StreamEntry> FollowAsync(string stream, StreamId? after, CancellationToken cancel = default) =>
        Following.EntriesAsync(this, stream, after, () => Task.Delay(FollowInterval, cancel), cancel);

    public IAsyncEnumerable<string> WatchAsync(string key, CancellationToken cancel = default) =>
        Following.ChangesAsync(key, () => FingerprintAsync(key, cancel), () => Task.Delay(WatchInterval, cancel), cancel);

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    private static NameValueEntry[] Fields(IReadOnlyCollection<StoreField> fields)
    {
        var entry = new NameValueEntry[fields.Count];
        var i = 0;
        foreach (var field in fields)
            entry[i++] = new NameValueEntry(field.Name, field.Value);
        return entry;
    }

    private static async Task ExecuteAsync(ITransaction transaction)
    {
        try
        {
            await transaction.ExecuteAsync().ConfigureAwait(false);
        }
        catch (RedisServerException error) when (error.Message.StartsWith("EXECABORT", StringComparison.Ordinal))
        {
            // It loads its file, or has no memory left.
            throw new TimeoutException("the server takes no entries", error);
        }
    }

    private static async ValueTask<StreamId?> IdAsync(Task<RedisValue> added, StreamId? wanted)
    {
        try
        {
            var id = await added.ConfigureAwait(false);
            return wanted ?? StreamId.Parse(id.ToString());
        }
        catch (RedisServerException error) when (wanted is not null && IsRefusal(error.Message))
        {
            return null;
        }
    }

    private static bool IsRefusal(string message) => message.Contains("XADD", StringComparison.Ordinal);

    private async Task<string> FingerprintAsync(string key, CancellationToken cancel) =>
        (await _redis.RunAsync(key, repeatable: true, db => db.ScriptEvaluateAsync(Fingerprint, [key]), cancel).ConfigureAwait(false)).ToString();
}

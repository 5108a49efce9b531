namespace Hutch.Store.Sqlite;

/// <summary>A store in one file, for one machine: any number of processes may use it at once.</summary>
internal sealed class SqliteStore : IStore
{
    // An expiry changes nothing in the file, so followers of a key also look now and then.
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly SqliteReaders _readers;
    private readonly SqliteChanges _changes;
    private readonly SqliteWriter _writer;

    public SqliteStore(string path)
    {
        _path = path;
        _readers = new SqliteReaders(path);
        _changes = new SqliteChanges(path);
        _writer = new SqliteWriter(path, _changes.Signal);
    }

    public string Address => $"sqlite://{_path}";

    public Task<byte[]?> GetAsync(string key, CancellationToken cancel = default) => _readers.RunAsync(session =>
    {
        using var reader = session.Query("SELECT kind, value FROM keys WHERE name = $0 AND (expires IS NULL OR expires > $1)", key, SqliteKeys.Now);
        if (!reader.Read())
            return null;
        Expect(key, KeyKind.Plain, (KeyKind)reader.GetInt32(0));
        return reader.GetFieldValue<byte[]>(1);
    }, cancel);

    public Task SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan? expiry = null, CancellationToken cancel = default)
    {
        Expiry.Check(expiry);
        var bytes = value.ToArray();
        return _writer.RunAsync(session =>
        {
            if (SqliteKeys.Find(session, key) is { Kind: not KeyKind.Plain } other)
                SqliteKeys.Remove(session, other.Id);
            return session.Execute("""
                INSERT INTO keys (name, kind, value, expires) VALUES ($0, 0, $1, $2)
                ON CONFLICT (name) DO UPDATE SET value = $1, expires = $2, version = version + 1
                """, key, bytes, ExpiresAt(expiry));
        }, cancel);
    }

    public Task<IReadOnlyDictionary<string, byte[]>> GetHashAsync(string key, CancellationToken cancel = default) =>
        _readers.RunAsync<IReadOnlyDictionary<string, byte[]>>(session =>
        {
            var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            using var reader = session.Query("""
                SELECT k.kind, f.name, f.value FROM keys k LEFT JOIN fields f ON f.key = k.id
                WHERE k.name = $0 AND (k.expires IS NULL OR k.expires > $1)
                """, key, SqliteKeys.Now);
            while (reader.Read())
            {
                Expect(key, KeyKind.Hash, (KeyKind)reader.GetInt32(0));
                fields.Add(reader.GetString(1), reader.GetFieldValue<byte[]>(2));
            }
            return fields;
        }, cancel);

    public Task SetHashAsync(string key, IReadOnlyCollection<StoreField> fields, TimeSpan? expiry = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count, nameof(fields));
        Expiry.Check(expiry);
        return _writer.RunAsync(session =>
        {
            var row = FindOrMake(session, key, KeyKind.Hash);
            foreach (var field in fields)
                session.Execute("INSERT OR REPLACE INTO fields (key, name, value) VALUES ($0, $1, $2)", row.Id, field.Name, field.Value);
            return session.Execute("UPDATE keys SET version = version + 1, expires = $1 WHERE id = $0", row.Id, ExpiresAt(expiry) ?? row.Expires);
        }, cancel);
    }

    public Task<bool> DeleteAsync(string key, CancellationToken cancel = default) => _writer.RunAsync(session =>
    {
        if (SqliteKeys.Find(session, key) is not { } row)
            return false;
        SqliteKeys.Remove(session, row.Id);
        return true;
    }, cancel);

    public Task<bool> ExpireAsync(string key, TimeSpan expiry, CancellationToken cancel = default)
    {
        Expiry.Check(expiry);
        return _writer.RunAsync(session => SqliteKeys.Find(session, key) is { } row
            && session.Execute("UPDATE keys SET expires = $1 WHERE id = $0", row.Id, ExpiresAt(expiry)) == 1, cancel);
    }

    public Task<IReadOnlyList<string>> KeysAsync(string pattern = "*", CancellationToken cancel = default) =>
        _readers.RunAsync<IReadOnlyList<string>>(session =>
        {
            var names = new List<string>();
            using var reader = session.Query("SELECT name FROM keys WHERE name GLOB $0 AND (expires IS NULL OR expires > $1)", pattern, SqliteKeys.Now);
            while (reader.Read())
                names.Add(reader.GetString(0));
            names.Sort(StringComparer.Ordinal);
            return names;
        }, cancel);

    public Task<StreamId> AppendAsync(string stream, IReadOnlyCollection<StoreField> fields, StreamId? id = null, StreamLimit? limit = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(fields.Count, nameof(fields));
        ArgumentOutOfRangeException.ThrowIfLessThan(limit?.Entries ?? 1, 1, nameof(limit));
        var blob = FieldBlob.Write(fields);
        return _writer.RunAsync(session => SqliteStreams.Append(session, Find(session, stream, KeyKind.Stream), stream, blob, id, limit, Address), cancel);
    }

    public Task<IReadOnlyList<StreamId?>> AppendManyAsync(IReadOnlyList<StreamAppend> entries, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var blobs = entries.Select(e => FieldBlob.Write(e.Fields)).ToList();
        return _writer.RunAsync<IReadOnlyList<StreamId?>>(session =>
        {
            // Before the first change: what fails after one would need the transaction to be rolled back.
            foreach (var stream in entries.Select(e => e.Stream).Distinct())
                _ = Find(session, stream, KeyKind.Stream);
            var ids = new StreamId?[entries.Count];
            for (var i = 0; i < ids.Length; i++)
            {
                var row = Find(session, entries[i].Stream, KeyKind.Stream);
                if (entries[i].Id is not { } wanted || wanted > (row?.LastId ?? StreamId.Zero))
                    ids[i] = SqliteStreams.Append(session, row, entries[i].Stream, blobs[i], entries[i].Id, entries[i].Limit, Address);
            }
            return ids;
        }, cancel);
    }

    public Task<IReadOnlyList<StreamEntry>> RangeAsync(string stream, StreamId from, StreamId to, int count = int.MaxValue, bool newestFirst = false, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return _readers.RunAsync(session =>
        {
            Expect(stream, KeyKind.Stream, SqliteStreams.KindOf(session, stream));
            return SqliteStreams.Range(session, stream, from, to, count, newestFirst);
        }, cancel);
    }

    public Task<long> LengthAsync(string stream, CancellationToken cancel = default) => _readers.RunAsync(session =>
    {
        using var reader = session.Query("SELECT kind, length FROM keys WHERE name = $0 AND (expires IS NULL OR expires > $1)", stream, SqliteKeys.Now);
        if (!reader.Read())
            return 0;
        Expect(stream, KeyKind.Stream, (KeyKind)reader.GetInt32(0));
        return reader.GetInt64(1);
    }, cancel);

    public IAsyncEnumerable<StreamEntry> FollowAsync(string stream, StreamId? after, CancellationToken cancel = default) =>
        Following.EntriesAsync(this, stream, after, _changes.Next, cancel);

    public IAsyncEnumerable<string> WatchAsync(string key, CancellationToken cancel = default) =>
        Following.ChangesAsync(key, () => FingerprintAsync(key, cancel), () => Task.WhenAny(_changes.Next(), Task.Delay(WatchInterval, cancel)), cancel);

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync().ConfigureAwait(false);
        await _changes.DisposeAsync().ConfigureAwait(false);
        _readers.Dispose();
    }

    private static long? ExpiresAt(TimeSpan? expiry) => expiry is { } life ? SqliteKeys.Now + (long)life.TotalMilliseconds : null;

    private Task<string> FingerprintAsync(string key, CancellationToken cancel) => _readers.RunAsync(session =>
    {
        using var reader = session.Query("SELECT id, version, last_ms, last_seq FROM keys WHERE name = $0 AND (expires IS NULL OR expires > $1)", key, SqliteKeys.Now);
        return reader.Read() ? $"{reader.GetInt64(0)} {reader.GetInt64(1)} {reader.GetInt64(2)}-{reader.GetInt64(3)}" : "none";
    }, cancel);

    private KeyRow? Find(SqliteSession session, string key, KeyKind kind)
    {
        var row = SqliteKeys.Find(session, key);
        Expect(key, kind, row?.Kind ?? kind);
        return row;
    }

    private KeyRow FindOrMake(SqliteSession session, string key, KeyKind kind) =>
        Find(session, key, kind) ?? SqliteKeys.Make(session, key, kind);

    private void Expect(string key, KeyKind wanted, KeyKind found)
    {
        if (wanted != found)
            throw SqliteErrors.WrongKind(_path, key);
    }
}

namespace Hutch.Store.Sqlite;

/// <summary>Streams in a SQLite store: appending, trimming and reading.</summary>
internal static class SqliteStreams
{
    // An approximate limit trims this many entries at a time, as Redis does by dropping whole nodes of 100.
    private const long TrimStep = 100;

    public static StreamId Append(SqliteSession session, KeyRow? found, string stream, byte[] fields, StreamId? wanted, StreamLimit? limit, string address)
    {
        var last = found?.LastId ?? StreamId.Zero;
        if (wanted <= last)
            throw new StreamIdRefusedException($"stream {stream} in {address} refused id {wanted}: it must be above 0-0 and above the stream's last id, {last}");
        var row = found ?? SqliteKeys.Make(session, stream, KeyKind.Stream);
        var id = wanted ?? Automatic(last);
        session.Execute("INSERT INTO entries (key, ms, seq, fields) VALUES ($0, $1, $2, $3)", row.Id, id.Milliseconds, id.Sequence, fields);
        var length = row.Length + 1;
        if (limit is { } kept && length > kept.Entries + (kept.Exact ? 0 : TrimStep))
        {
            length -= session.Execute("""
                DELETE FROM entries WHERE key = $0 AND (ms, seq) IN (SELECT ms, seq FROM entries WHERE key = $0 ORDER BY ms, seq LIMIT $1)
                """, row.Id, length - kept.Entries);
        }
        session.Execute("UPDATE keys SET version = version + 1, last_ms = $1, last_seq = $2, length = $3 WHERE id = $0",
            row.Id, id.Milliseconds, id.Sequence, length);
        return id;
    }

    /// <summary>What the key holds; a key that is not there may become a stream.</summary>
    public static KeyKind KindOf(SqliteSession session, string stream)
    {
        using var reader = session.Query("SELECT kind FROM keys WHERE name = $0 AND (expires IS NULL OR expires > $1)", stream, SqliteKeys.Now);
        return reader.Read() ? (KeyKind)reader.GetInt32(0) : KeyKind.Stream;
    }

    public static IReadOnlyList<StreamEntry> Range(SqliteSession session, string stream, StreamId from, StreamId to, int count, bool newestFirst)
    {
        var order = newestFirst ? "DESC" : "ASC";
        using var reader = session.Query($"""
            SELECT ms, seq, fields FROM entries
            WHERE key = (SELECT id FROM keys WHERE name = $0 AND (expires IS NULL OR expires > $1))
              AND (ms, seq) >= ($2, $3) AND (ms, seq) <= ($4, $5)
            ORDER BY ms {order}, seq {order} LIMIT $6
            """, stream, SqliteKeys.Now, from.Milliseconds, from.Sequence, to.Milliseconds, to.Sequence, count);
        var entries = new List<StreamEntry>();
        while (reader.Read())
            entries.Add(new StreamEntry(new StreamId(reader.GetInt64(0), reader.GetInt64(1)), FieldBlob.Read(reader.GetFieldValue<byte[]>(2))));
        return entries;
    }

    private static StreamId Automatic(StreamId last)
    {
        var now = SqliteKeys.Now;
        return now > last.Milliseconds ? new StreamId(now) : last.Next;
    }
}

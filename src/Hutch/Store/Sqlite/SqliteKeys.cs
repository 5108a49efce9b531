namespace Hutch.Store.Sqlite;

/// <summary>The table of keys, as a change sees it: what expired is gone.</summary>
internal static class SqliteKeys
{
    public static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    /// <summary>A key's row, or null when there is none; removes one that has expired.</summary>
    public static KeyRow? Find(SqliteSession session, string name)
    {
        KeyRow? row = null;
        using (var reader = session.Query("SELECT id, kind, expires, last_ms, last_seq, length FROM keys WHERE name = $0", name))
        {
            if (reader.Read())
            {
                row = new KeyRow(reader.GetInt64(0), (KeyKind)reader.GetInt32(1), reader.IsDBNull(2) ? null : reader.GetInt64(2),
                    new StreamId(reader.GetInt64(3), reader.GetInt64(4)), reader.GetInt64(5));
            }
        }
        if (row is not { Expires: { } expires } || expires > Now)
            return row;
        Remove(session, row.Id);
        return null;
    }

    /// <summary>A new row.</summary>
    public static KeyRow Make(SqliteSession session, string name, KeyKind kind)
    {
        using var reader = session.Query("INSERT INTO keys (name, kind) VALUES ($0, $1) RETURNING id", name, (int)kind);
        reader.Read();
        return new KeyRow(reader.GetInt64(0), kind, Expires: null, StreamId.Zero, Length: 0);
    }

    /// <summary>Removes a key and what it holds.</summary>
    public static void Remove(SqliteSession session, long id)
    {
        session.Execute("DELETE FROM fields WHERE key = $0", id);
        session.Execute("DELETE FROM entries WHERE key = $0", id);
        session.Execute("DELETE FROM keys WHERE id = $0", id);
    }

    /// <summary>Removes all keys that have expired.</summary>
    public static void Purge(SqliteSession session)
    {
        var expired = new List<long>();
        using (var reader = session.Query("SELECT id FROM keys WHERE expires <= $0", Now))
        {
            while (reader.Read())
                expired.Add(reader.GetInt64(0));
        }
        expired.ForEach(id => Remove(session, id));
    }
}

namespace Hutch.Store.Sqlite;

/// <summary>A key: what it holds, until when (milliseconds since 1970), and for a stream its last id and its length.</summary>
internal sealed record KeyRow(long Id, KeyKind Kind, long? Expires, StreamId LastId, long Length);

using Microsoft.Data.Sqlite;

namespace Hutch.Store.Sqlite;

/// <summary>Errors of a SQLite store in the platform's words.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Full = 13;
    private const int NotADatabase = 26;

    public static StoreUnavailableException Unavailable(string path, Exception error)
    {
        var wayOut = (error as SqliteException)?.SqliteErrorCode switch
        {
            Busy => "another process keeps it locked; end that process or use another file",
            Full => "the disk is full; free some space",
            NotADatabase => "the file is not a database; choose another path",
            _ => "check the path, its owner and its permissions",
        };
        return new StoreUnavailableException($"store sqlite://{path} cannot be used: {error.Message} ({wayOut})", error);
    }

    public static StoreException WrongKind(string path, string key) =>
        new($"key {key} in sqlite://{path} holds another kind of value; delete it or use another key");
}

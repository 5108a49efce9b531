namespace Hutch.Store.Sqlite;

/// <summary>Where a SQLite store is: <c>sqlite:///absolute/path</c> or <c>sqlite:relative/path</c>.</summary>
internal static class SqliteAddress
{
    public static string PathOf(string url)
    {
        var rest = url["sqlite:".Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            if (!rest.StartsWith("///", StringComparison.Ordinal))
                throw new UserErrorException($"store '{url}' names a host, but a file has none; use sqlite:///absolute/path or sqlite:relative/path");
            rest = rest[2..];
        }
        var path = Uri.UnescapeDataString(rest);
        return path.Trim('/').Length > 0
            ? Path.GetFullPath(path)
            : throw new UserErrorException($"store '{url}' names no file; use sqlite:///absolute/path or sqlite:relative/path");
    }
}

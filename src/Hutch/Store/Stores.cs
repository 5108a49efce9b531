using Hutch.Store.Redis;
using Hutch.Store.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hutch.Store;

/// <summary>Opens stores by URL.</summary>
public static class Stores
{
    /// <summary>
    /// Opens a store; the first operation connects. <c>redis://[[user]:password@]host[:port][/db]</c>, the same with
    /// <c>rediss://</c> for TLS, or <c>sqlite:///absolute/path</c> (<c>sqlite:relative/path</c>), a file that is made when
    /// it is not there.
    /// </summary>
    /// <param name="url">The store's URL.</param>
    /// <param name="logger">Where the loss and return of the store are logged; null: nowhere.</param>
    /// <exception cref="UserErrorException">The URL is not one of those.</exception>
    public static IStore Open(string url, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        return url[..(url.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? colon : 0)] switch
        {
            "redis" or "rediss" => new RedisStore(RedisAddress.Parse(url), logger),
            "sqlite" => new SqliteStore(SqliteAddress.PathOf(url)),
            _ => throw new UserErrorException(
                $"store '{SecretFreeUrl.Of(url)}' is of unknown kind; use redis://host:6379/0 or sqlite:///path/to/file.db"),
        };
    }
}

using StackExchange.Redis;

namespace Hutch.Store.Redis;

/// <summary>Where a Redis server is: <c>redis://[[user]:password@]host[:port][/db]</c>, or <c>rediss://</c> for TLS.</summary>
internal sealed record RedisAddress(string Host, int Port, int Database, string? Password, bool Tls)
{
    private const int DefaultPort = 6379;

    public static RedisAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            throw Wrong(url, "it needs a host");
        var user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0 && (user.Length == 1 || user[0] != "default"))
            throw Wrong(url, $"user '{user[0]}' cannot be used; only the default user and its password can, as in redis://:password@host");
        var path = uri.AbsolutePath.Trim('/');
        if (!int.TryParse(path.Length == 0 ? "0" : path, out var database) || database < 0)
            throw Wrong(url, $"'{path}' is not the number of a database");
        return new RedisAddress(uri.Host, uri.IsDefaultPort ? DefaultPort : uri.Port, database,
            user.Length == 2 && user[1].Length > 0 ? Uri.UnescapeDataString(user[1]) : null, uri.Scheme == "rediss");
    }

    public ConfigurationOptions ToOptions() => new()
    {
        EndPoints = { { Host.Trim('[', ']'), Port } },
        Password = Password,
        Ssl = Tls,
        SslHost = Tls ? Host : null,
        DefaultDatabase = Database,
        ClientName = "hutch",
        AbortOnConnectFail = false,
        ConnectTimeout = 2000,
        ReconnectRetryPolicy = new ExponentialRetry(100, 5000),
    };

    /// <summary>The URL without its password.</summary>
    public override string ToString() => $"{(Tls ? "rediss" : "redis")}://{Host}:{Port}/{Database}";

    private static UserErrorException Wrong(string url, string why) =>
        new($"store '{SecretFreeUrl.Of(url)}' is wrong: {why}; the form is redis://:password@host:6379/0");
}

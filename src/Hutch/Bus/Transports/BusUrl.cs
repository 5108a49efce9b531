using System.Globalization;

namespace Hutch.Bus.Transports;

/// <summary>The URL of a broker, taken apart: <c>amqp[s]://user:password@host:port/vhost</c>, <c>redis[s]://:password@host:port/N</c> or <c>memory://name</c>.</summary>
public sealed record BusUrl
{
    /// <summary><c>amqp</c>, <c>amqps</c>, <c>redis</c>, <c>rediss</c> or <c>memory</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>The broker's host, or the name of a broker in memory.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port. Default: that of the scheme.</summary>
    public required int Port { get; init; }

    /// <summary>The user, or null.</summary>
    public string? User { get; init; }

    /// <summary>The password, or null. Never printed.</summary>
    public string? Password { get; init; }

    /// <summary>AMQP: the virtual host. Redis: the number of the database.</summary>
    public required string Path { get; init; }

    /// <summary>What follows the question mark.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the connection is encrypted.</summary>
    public bool Tls => Scheme is "amqps" or "rediss";

    /// <summary>The URL without user and password: for logs.</summary>
    public string Address => Scheme == "memory" ? $"memory://{Host}" : $"{Scheme}://{Host}:{Port}/{(Path == "/" ? "" : Path)}";

    /// <summary>The same as <see cref="Address"/>, so that a password never gets into a log by accident.</summary>
    public override string ToString() => Address;

    /// <summary>
    /// Parses a URL. A missing user or password is taken from the environment variables
    /// <c>HUTCH_BUS_USER</c> and <c>HUTCH_BUS_PASSWORD</c>.
    /// </summary>
    /// <exception cref="UserErrorException">The text is not the URL of a broker.</exception>
    public static BusUrl Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var rest = url;
        var options = new Dictionary<string, string>();
        if (rest.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0)
        {
            foreach (var pair in rest[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var sides = pair.Split('=', 2);
                options[Uri.UnescapeDataString(sides[0])] = sides.Length == 2 ? Uri.UnescapeDataString(sides[1]) : "";
            }
            rest = rest[..mark];
        }
        var schemeEnd = rest.IndexOf("://", StringComparison.Ordinal);
        var scheme = schemeEnd < 0 ? "" : rest[..schemeEnd].ToLowerInvariant();
        var defaultPort = scheme switch { "amqp" => 5672, "amqps" => 5671, "redis" or "rediss" => 6379, "memory" => 0, _ => -1 };
        if (defaultPort < 0)
            throw new UserErrorException($"bus URL {Hide(url)} is of unknown kind; use amqp://host/vhost, amqps://, redis://host/0, rediss:// or memory://name");
        rest = rest[(schemeEnd + 3)..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? "" : rest[(slash + 1)..];
        string? user = null, password = null;
        if (authority.LastIndexOf('@') is var at and >= 0)
        {
            var credentials = authority[..at].Split(':', 2);
            user = Uri.UnescapeDataString(credentials[0]) is { Length: > 0 } given ? given : null;
            password = credentials.Length == 2 ? Uri.UnescapeDataString(credentials[1]) : null;
            authority = authority[(at + 1)..];
        }
        var (host, port) = ParseHost(authority, defaultPort, url);
        if (scheme != "memory" && host.Length == 0)
            host = "127.0.0.1";
        return new BusUrl
        {
            Scheme = scheme,
            Host = host,
            Port = port,
            User = user ?? Environment.GetEnvironmentVariable("HUTCH_BUS_USER"),
            Password = password ?? Environment.GetEnvironmentVariable("HUTCH_BUS_PASSWORD"),
            Path = ParsePath(scheme, path, url),
            Options = options,
        };
    }

    // amqp://host//, amqp://host/ and amqp://host all name the virtual host "/", as kombu has it.
    private static string ParsePath(string scheme, string path, string url)
    {
        if (scheme is "amqp" or "amqps")
            return path is "" or "/" ? "/" : Uri.UnescapeDataString(path);
        if (scheme is "redis" or "rediss")
        {
            var number = path.Trim('/');
            if (number.Length > 0 && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
                throw new UserErrorException($"bus URL {Hide(url)} names database '{number}'; a Redis database is a number, e.g. redis://host/0");
            return number.Length == 0 ? "0" : number;
        }
        return "";
    }

    private static (string Host, int Port) ParseHost(string authority, int defaultPort, string url)
    {
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || authority.EndsWith(']'))
            return (authority.Trim('[', ']'), defaultPort);
        if (!int.TryParse(authority[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            throw new UserErrorException($"bus URL {Hide(url)} has port '{authority[(colon + 1)..]}'; a port is a number from 1 to 65535");
        return (authority[..colon].Trim('[', ']'), port);
    }

    private static string Hide(string url)
    {
        var at = url.LastIndexOf('@');
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        return at < 0 || scheme < 0 || at < scheme ? url : string.Concat(url.AsSpan(0, scheme + 3), "***@", url.AsSpan(at + 1));
    }
}

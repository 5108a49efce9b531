namespace Hutch.Hosting;

/// <summary>Finds the store that a program is to use.</summary>
public static class StoreAddress
{
    private const string DefaultHost = "127.0.0.1";
    private const string DefaultPort = "6379";

    /// <summary>Looks in the arguments, the environment and the configuration, in this order.</summary>
    /// <param name="argument">What was given on the command line.</param>
    /// <param name="variable">Reads a variable of the environment; null if it is not set.</param>
    /// <param name="member">What the configuration says.</param>
    /// <returns>The store's URL, or null for none.</returns>
    public static string? Find(string? argument, Func<string, string?> variable, string? member)
    {
        if (argument is not null)
            return Complete(argument, variable);
        var skip = variable(StartupVariables.RedisSkip);
        if (skip is not null && !skip.Equals("false", StringComparison.OrdinalIgnoreCase))
            return null;
        var host = variable(StartupVariables.RedisHost);
        var port = variable(StartupVariables.RedisPort);
        if (host is not null || port is not null)
            return Complete($"{host ?? DefaultHost}:{Port(port ?? DefaultPort)}", variable);
        if (member is not null)
            return Complete(member, variable);
        return skip is null ? null : Complete($"{DefaultHost}:{DefaultPort}", variable);
    }

    private static string Complete(string given, Func<string, string?> variable)
    {
        var url = given.Contains(':', StringComparison.Ordinal) && !IsHostAndPort(given) ? given : $"redis://{given}";
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        return variable(StartupVariables.RedisPassword) is { } password && url.StartsWith("redis", StringComparison.Ordinal) && !url.Contains('@', StringComparison.Ordinal)
            ? $"{url[..start]}:{Uri.EscapeDataString(password)}@{url[start..]}"
            : url;
    }

    private static bool IsHostAndPort(string given) => ushort.TryParse(given[(given.LastIndexOf(':') + 1)..], out _) && !given.Contains("://", StringComparison.Ordinal);

    private static string Port(string given) => ushort.TryParse(given, out var port) && port > 0
        ? given
        : throw new UserErrorException($"{StartupVariables.RedisPort} is '{given}'; it must be a port from 1 to 65535");
}

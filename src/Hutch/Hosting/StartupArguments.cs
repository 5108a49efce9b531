namespace Hutch.Hosting;

/// <summary>The command line; null for what was not given.</summary>
public sealed record StartupArguments
{
    /// <summary>The unique name of the service.</summary>
    public string? ServiceName { get; init; }

    /// <summary>The JSON configuration file; <c>-</c> is the standard input.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The name of the lowest level that is logged.</summary>
    public string? LogLevel { get; init; }

    /// <summary>How log lines look. Default: <see cref="LogFormat.Text"/>.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>The bus's URI, or the host of a RabbitMQ broker.</summary>
    public string? BusUri { get; init; }

    /// <summary>The topic exchange of method calls.</summary>
    public string? BusExchange { get; init; }

    /// <summary>The store's URL, or the host of a Redis server.</summary>
    public string? Store { get; init; }
}

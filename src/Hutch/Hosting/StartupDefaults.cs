namespace Hutch.Hosting;

/// <summary>What a program uses where neither arguments, nor environment, nor file say otherwise.</summary>
public sealed record StartupDefaults
{
    /// <summary>The service's name. Default: null, which makes a random one.</summary>
    public string? ServiceName { get; init; }

    /// <summary>A configuration file that is read if it exists and none was given. Default: null, none.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The bus. Default: <c>amqp://127.0.0.1</c>, a RabbitMQ broker on this machine.</summary>
    public string BusUri { get; init; } = BusAddress.Default;

    /// <summary>The topic exchange of method calls. Default: <c>commissaire</c>, Commissaire's.</summary>
    public string BusExchange { get; init; } = "commissaire";

    /// <summary>
    /// Whether hyphens in the names of the configuration become underscores, at every depth, as Commissaire reads its
    /// files. Default: true. A configuration whose names are data (channels, hosts) sets it to false.
    /// </summary>
    public bool HyphensToUnderscores { get; init; } = true;

    /// <summary>How long a store that holds the configuration is waited for. Default: 30 s.</summary>
    public TimeSpan StoreTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

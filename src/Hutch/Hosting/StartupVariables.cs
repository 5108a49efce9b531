namespace Hutch.Hosting;

/// <summary>The environment variables that a service program reads; an empty one counts as not set.</summary>
public static class StartupVariables
{
    /// <summary>The unique name of the service.</summary>
    public const string ServiceName = "SERVICE_NAME";

    /// <summary>The host of the RabbitMQ broker, with or without a port, or a complete bus URI.</summary>
    public const string BrokerHost = "BROKER_HOST";

    /// <summary>The host of the Redis server that is the store.</summary>
    public const string RedisHost = "REDIS_HOST";

    /// <summary>Its port. Default: 6379.</summary>
    public const string RedisPort = "REDIS_PORT";

    /// <summary>Its password, which a command line would show to every user of the machine.</summary>
    public const string RedisPassword = "REDIS_PASSWORD";

    /// <summary>Anything but <c>false</c> means: use no store unless the command line names one.</summary>
    public const string RedisSkip = "REDIS_SKIP";

    /// <summary>The name of the lowest level that is logged.</summary>
    public const string LogLevel = "LOG_LEVEL";

    /// <summary>The value of a variable; null if it is not set, or empty.</summary>
    public static string? ValueOf(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}

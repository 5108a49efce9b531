namespace Hutch.Hosting;

/// <summary>The address of the bus as the deployed programs take it: a URI, or only the host of a RabbitMQ broker.</summary>
public static class BusAddress
{
    /// <summary>The default bus: a RabbitMQ broker on this machine, std-daq's default.</summary>
    public const string Default = "amqp://127.0.0.1";

    /// <summary>Makes a host, with or without a port, the URI of its RabbitMQ broker; leaves a URI as it is.</summary>
    public static string Complete(string given)
    {
        ArgumentNullException.ThrowIfNull(given);
        return given.Contains("://", StringComparison.Ordinal) ? given : $"amqp://{given}";
    }
}

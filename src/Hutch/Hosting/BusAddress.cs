namespace Hutch.Hosting;

/// <summary>The bus as programs of the deployed systems are told it: a URI, or just the host of a RabbitMQ broker.</summary>
internal static class BusAddress
{
    public static string Complete(string given) =>
        given.Contains("://", StringComparison.Ordinal) ? given : $"amqp://{given}";
}

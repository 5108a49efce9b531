namespace Hutch.Bus.Transports.Redis;

/// <summary>The keys of kombu's Redis transport.</summary>
internal static class RedisKeys
{
    /// <summary>Separates the parts of a binding, and a queue from its priority step.</summary>
    public const string Separator = "\u0006\u0016";

    public const string Unacknowledged = "unacked";
    public const string UnacknowledgedIndex = "unacked_index";
    public const string UnacknowledgedMutex = "unacked_mutex";

    private static readonly int[] Steps = [0, 3, 6, 9];

    public static string Bindings(string exchange) => $"_kombu.binding.{exchange}";

    public static string Binding(string routingKey, string pattern, string queue) => $"{routingKey}{Separator}{pattern}{Separator}{queue}";

    /// <summary>The lists of a queue, the most urgent first.</summary>
    public static string[] Lists(string queue) => [.. Steps.Select(step => List(queue, step))];

    /// <summary>The list for a priority: 0 is the most urgent, contrary to AMQP; in steps of three.</summary>
    public static string List(string queue, int priority) =>
        priority < 3 ? queue : $"{queue}{Separator}{Steps[Math.Min(priority / 3, 3)]}";

    /// <summary>The channel of a fanout exchange.</summary>
    public static string Channel(string database, string exchange, string routingKey) =>
        routingKey.Length == 0 ? $"/{database}.{exchange}" : $"/{database}.{exchange}/{routingKey}";
}

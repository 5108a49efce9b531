using System.Collections.ObjectModel;
using Hutch.Bus.Transports;

namespace Hutch.Bus.Calls;

/// <summary>The properties of the messages of the dialect, as kombu sends them.</summary>
internal static class Request
{
    public static IReadOnlyDictionary<string, object?> NoHeaders { get; } = new Dictionary<string, object?>();

    /// <summary>A request or a notification. Kept on disk: a call that the broker took survives its restart.</summary>
    public static MessageProperties Properties { get; } = new()
    {
        ContentType = "application/json",
        ContentEncoding = "utf-8",
        Headers = NoHeaders,
        DeliveryMode = 2,
        Priority = 0,
    };

    /// <summary>A reply: JSON as text, as the deployed services send it. Not kept on disk: nobody waits for it after a restart.</summary>
    public static MessageProperties Reply { get; } = Properties with { ContentType = "text/plain", DeliveryMode = 1 };
}

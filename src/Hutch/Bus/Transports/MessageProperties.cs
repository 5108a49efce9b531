namespace Hutch.Bus.Transports;

/// <summary>What is sent along with the body of a message. Null properties are not sent.</summary>
public sealed record MessageProperties
{
    /// <summary>No property at all.</summary>
    public static MessageProperties None { get; } = new();

    /// <summary>The MIME type of the body, e.g. <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The character set of the body, e.g. <c>utf-8</c>.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>
    /// The header table. Values: null, string, bool, int, long, double, byte[], and lists and dictionaries of these.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Headers { get; init; }

    /// <summary>1: may be lost with the broker; 2: is kept on disk in a durable queue.</summary>
    public byte? DeliveryMode { get; init; }

    /// <summary>0 to 9.</summary>
    public byte? Priority { get; init; }

    /// <summary>What the message belongs to, e.g. the id of a request.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The queue that an answer is sent to.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The message's own id.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message is dropped by the broker when it has waited in a queue for so long. Not known to Redis.</summary>
    public TimeSpan? Expiration { get; init; }
}

using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace Hutch.Bus.Transports.RabbitMq;

/// <summary>Message properties as RabbitMQ.Client has them, and back.</summary>
internal static class PropertyCodec
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static BasicProperties Write(MessageProperties properties)
    {
        var written = new BasicProperties();
        if (properties.ContentType is { } type)
            written.ContentType = type;
        if (properties.ContentEncoding is { } encoding)
            written.ContentEncoding = encoding;
        if (properties.Headers is { } headers)
            written.Headers = headers as IDictionary<string, object?> ?? headers.ToDictionary(h => h.Key, h => h.Value);
        if (properties.DeliveryMode is { } mode)
            written.DeliveryMode = (DeliveryModes)mode;
        if (properties.Priority is { } priority)
            written.Priority = priority;
        if (properties.CorrelationId is { } correlation)
            written.CorrelationId = correlation;
        if (properties.ReplyTo is { } replyTo)
            written.ReplyTo = replyTo;
        if (properties.MessageId is { } id)
            written.MessageId = id;
        if (properties.Expiration is { } expiration)
            written.Expiration = ((long)expiration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        return written;
    }

    public static MessageProperties Read(IReadOnlyBasicProperties read) => new()
    {
        ContentType = read.ContentType,
        ContentEncoding = read.ContentEncoding,
        Headers = read.Headers is { Count: > 0 } headers ? headers.ToDictionary(h => h.Key, h => Value(h.Value)) : null,
        DeliveryMode = read.IsDeliveryModePresent() ? (byte)read.DeliveryMode : null,
        Priority = read.IsPriorityPresent() ? read.Priority : null,
        CorrelationId = read.CorrelationId,
        ReplyTo = read.ReplyTo,
        MessageId = read.MessageId,
        Expiration = long.TryParse(read.Expiration, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) ? TimeSpan.FromMilliseconds(ms) : null,
    };

    // The library hands a long string ('S') over as bytes.
    private static object? Value(object? value) => value switch
    {
        byte[] bytes => Text(bytes),
        IDictionary<string, object?> table => table.ToDictionary(e => e.Key, e => Value(e.Value)),
        System.Collections.IList list => list.Cast<object?>().Select(Value).ToList(),
        BinaryTableValue binary => binary.Bytes,
        short or ushort or sbyte or byte => Convert.ToInt32(value, CultureInfo.InvariantCulture),
        uint unsigned => (long)unsigned,
        float single => (double)single,
        _ => value,
    };

    private static object Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return bytes;
        }
    }
}

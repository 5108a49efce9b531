using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// A message as kombu puts it into a Redis list: JSON with a base64 body, the headers, and the properties with the
/// delivery tag and where the message was sent to.
/// </summary>
internal sealed record Envelope(
    string Exchange, string RoutingKey, MessageProperties Properties, ReadOnlyMemory<byte> Body, string Tag, bool Redelivered, bool Expired)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 512 };

    /// <summary>When the message is of no more use, ms since 1970; of our own, in the properties.</summary>
    private const string Deadline = "hutch_deadline";

    public static byte[] Write(string exchange, string routingKey, MessageProperties properties, ReadOnlySpan<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>(512 + (body.Length * 4 / 3));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBase64String("body"u8, body);
            json.WriteString("content-encoding"u8, properties.ContentEncoding ?? "utf-8");
            if (properties.ContentType is { } type)
                json.WriteString("content-type"u8, type);
            json.WriteStartObject("headers"u8);
            foreach (var (name, value) in properties.Headers ?? new Dictionary<string, object?>())
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
            json.WriteEndObject();
            json.WriteStartObject("properties"u8);
            if (properties.CorrelationId is { } correlation)
                json.WriteString("correlation_id"u8, correlation);
            if (properties.ReplyTo is { } replyTo)
                json.WriteString("reply_to"u8, replyTo);
            if (properties.MessageId is { } id)
                json.WriteString("message_id"u8, id);
            if (properties.Expiration is { } expiration)
            {
                // kombu knows the first as text; nobody but us acts on the second: Redis has no clock for messages in lists.
                json.WriteString("expiration"u8, ((long)expiration.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
                json.WriteNumber(Deadline, DateTimeOffset.UtcNow.Add(expiration).ToUnixTimeMilliseconds());
            }
            json.WriteNumber("delivery_mode"u8, properties.DeliveryMode ?? 2);
            json.WriteStartObject("delivery_info"u8);
            json.WriteString("exchange"u8, exchange);
            json.WriteString("routing_key"u8, routingKey);
            json.WriteEndObject();
            json.WriteNumber("priority"u8, properties.Priority ?? 0);
            json.WriteString("body_encoding"u8, "base64"u8);
            json.WriteString("delivery_tag"u8, Guid.NewGuid());
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an envelope; what is optional in it may be missing, also the delivery tag.</summary>
    /// <exception cref="JsonException">It is no JSON object, or its body cannot be read.</exception>
    public static Envelope Read(byte[] message, string queue)
    {
        var reader = new Utf8JsonReader(message, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("not an object");
        string? contentType = null, contentEncoding = null;
        Dictionary<string, object?>? headers = null;
        var properties = default(JsonElement);
        var bodyRange = (Start: -1, End: -1);
        JsonElement body = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("body"u8))
            {
                reader.Read();
                bodyRange = ((int)reader.TokenStartIndex, 0);
                if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped)
                    bodyRange = ((int)reader.TokenStartIndex + 1, (int)reader.BytesConsumed - 1);
                else
                    body = JsonElement.ParseValue(ref reader);
            }
            else if (reader.ValueTextEquals("content-type"u8))
            {
                reader.Read();
                contentType = TextOrSkip(ref reader);
            }
            else if (reader.ValueTextEquals("content-encoding"u8))
            {
                reader.Read();
                contentEncoding = TextOrSkip(ref reader);
            }
            else if (reader.ValueTextEquals("headers"u8))
            {
                reader.Read();
                headers = Headers(JsonElement.ParseValue(ref reader));
            }
            else if (reader.ValueTextEquals("properties"u8))
            {
                reader.Read();
                properties = JsonElement.ParseValue(ref reader);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        var info = Member(properties, "delivery_info");
        var remaining = Remaining(properties);
        var base64 = Text(Member(properties, "body_encoding")) == "base64";
        return new Envelope(
            Text(Member(info, "exchange")) ?? "",
            Text(Member(info, "routing_key")) ?? queue,
            new MessageProperties
            {
                ContentType = contentType,
                ContentEncoding = contentEncoding,
                Headers = headers,
                CorrelationId = Text(Member(properties, "correlation_id")),
                ReplyTo = Text(Member(properties, "reply_to")),
                MessageId = Text(Member(properties, "message_id")),
                DeliveryMode = Small(Member(properties, "delivery_mode")),
                Priority = Small(Member(properties, "priority")),
                Expiration = remaining,
            },
            bodyRange.End > 0 ? BodyOf(message.AsMemory(bodyRange.Start, bodyRange.End - bodyRange.Start), base64) : BodyOf(body, base64),
            Text(Member(properties, "delivery_tag")) ?? "",
            headers?.GetValueOrDefault("redelivered") is true || Member(info, "redelivered").ValueKind == JsonValueKind.True,
            remaining <= TimeSpan.Zero);
    }

    /// <summary>The same message, marked as delivered before.</summary>
    public static byte[] MarkRedelivered(ReadOnlySpan<byte> message)
    {
        var envelope = JsonNode.Parse(message, documentOptions: new JsonDocumentOptions { MaxDepth = 512 }) as JsonObject
            ?? throw new JsonException("not an object");
        if (envelope["headers"] is not JsonObject headers)
            envelope["headers"] = headers = [];
        headers["redelivered"] = true;
        if (envelope["properties"]?["delivery_info"] is JsonObject info)
            info["redelivered"] = true;
        return Encoding.UTF8.GetBytes(envelope.ToJsonString());
    }

    private static TimeSpan? Remaining(JsonElement properties)
    {
        if (Member(properties, Deadline) is { ValueKind: JsonValueKind.Number } deadline && deadline.TryGetInt64(out var at))
            return TimeSpan.FromMilliseconds(Math.Clamp(at - DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), -1, int.MaxValue));
        return long.TryParse(Text(Member(properties, "expiration")), NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms is > 0 and < int.MaxValue
            ? TimeSpan.FromMilliseconds(ms)
            : null;
    }

    private static byte[] BodyOf(ReadOnlyMemory<byte> text, bool base64)
    {
        if (!base64)
            return text.ToArray();
        var decoded = new byte[System.Buffers.Text.Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (System.Buffers.Text.Base64.DecodeFromUtf8(text.Span, decoded, out _, out var written) != OperationStatus.Done)
            throw new JsonException("the body is not base64");
        return written == decoded.Length ? decoded : decoded[..written];
    }

    private static byte[] BodyOf(JsonElement body, bool base64) => body.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => [],
        JsonValueKind.String when base64 => body.TryGetBytesFromBase64(out var bytes) ? bytes : throw new JsonException("the body is not base64"),
        JsonValueKind.String => Encoding.UTF8.GetBytes(body.GetString()!),
        _ => Encoding.UTF8.GetBytes(body.GetRawText()),
    };

    private static Dictionary<string, object?>? Headers(JsonElement headers) =>
        headers.ValueKind == JsonValueKind.Object && headers.EnumerateObject().Any()
            ? headers.EnumerateObject().GroupBy(h => h.Name).ToDictionary(h => h.Key, h => Value(h.Last().Value))
            : null;

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole is >= int.MinValue and <= int.MaxValue ? (int)whole : whole,
        JsonValueKind.Number => value.TryGetDouble(out var number) ? number : value.GetRawText(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => value.EnumerateObject().GroupBy(h => h.Name).ToDictionary(h => h.Key, h => Value(h.Last().Value)),
        _ => null,
    };

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case byte[] bytes:
                json.WriteBase64StringValue(bytes);
                break;
            default:
                JsonSerializer.Serialize(json, value, value.GetType());
                break;
        }
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetRawText(),
        _ => null,
    };

    private static byte? Small(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetByte(out var number) ? number : null;

    private static string? TextOrSkip(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString();
        reader.Skip();
        return null;
    }
}

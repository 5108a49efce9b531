using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Hutch.Bus.Methods;

namespace Hutch.Bus.Calls;

/// <summary>A reply, taken apart: where in the text its members stand.</summary>
internal struct RpcReply
{
    private ReadOnlyMemory<byte> _result;
    private ReadOnlyMemory<byte> _error;
    private ReadOnlyMemory<byte> _item;

    /// <summary>Whether it is an item of a stream and not the end.</summary>
    public readonly bool IsItem => !_item.IsEmpty;

    /// <summary>Reads a reply and the id of its call.</summary>
    /// <returns>False if it is no reply, or to no call of ours.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, out Guid id, out RpcReply reply)
    {
        try
        {
            return TryReadUsual(body, out id, out reply) || TryReadStrict(body, out id, out reply);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            (id, reply) = (default, default);
            var repaired = PythonJson.Repair(body);
            try
            {
                return !repaired.Equals(body) && TryReadStrict(repaired, out id, out reply);
            }
            catch (Exception again) when (again is JsonException or InvalidOperationException)
            {
                return false;
            }
        }
    }

    /// <summary>The result.</summary>
    /// <exception cref="RpcException">The reply is an error.</exception>
    public readonly T Result<T>()
    {
        if (!_error.IsEmpty)
            throw ErrorOf(_error);
        // A reply with neither is how the deployed services answer what they do not understand.
        if (_result.IsEmpty)
            throw new RpcException(RpcErrorCodes.InvalidRequest, "the service answered with neither a result nor an error: it did not understand the request");
        return typeof(T) == typeof(Nothing) ? default! : Value<T>(_result);
    }

    /// <summary>The same item, which does not need the message any more.</summary>
    public readonly RpcReply Copy() => new() { _item = _item.ToArray() };

    public readonly T Item<T>() => Value<T>(_item);

    private static T Value<T>(ReadOnlyMemory<byte> json)
    {
        if (typeof(T) == typeof(int) && BusJson.TryReadInt32(json.Span, out var number))
            return (T)(object)number;
        var reader = new Utf8JsonReader(json.Span, BusJson.ReaderOptions);
        reader.Read();
        return JsonSerializer.Deserialize<T>(ref reader, BusJson.Options)!;
    }

    /// <summary>Reads a result as nearly everybody writes it without a search for its members; anything else is left to <see cref="TryReadStrict"/>.</summary>
    private static bool TryReadUsual(ReadOnlyMemory<byte> body, out Guid id, out RpcReply reply)
    {
        reply = default;
        id = default;
        if (!UsualForm.TryFindId(body.Span, out var place) || !body.Span[place.End..].StartsWith(UsualForm.BeforeResult) || !Utf8Parser.TryParse(body.Span[place], out id, out _))
            return false;
        var result = body[(place.End.Value + UsualForm.BeforeResult.Length)..];
        if (!UsualForm.IsLastValue(result.Span))
            return false;
        reply._result = result[..^1];
        return true;
    }

    private static bool TryReadStrict(ReadOnlyMemory<byte> body, out Guid id, out RpcReply reply)
    {
        (id, reply) = (default, default);
        var reader = new Utf8JsonReader(body.Span, BusJson.ReaderOptions);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            var inner = System.Text.Encoding.UTF8.GetBytes(reader.GetString()!);
            body = inner;
            reader = new Utf8JsonReader(inner, BusJson.ReaderOptions);
            reader.Read();
        }
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        var known = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                known = reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out id, out _);
                reader.Skip();
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                reply._result = ValueAt(ref reader, body);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reply._error = ValueAt(ref reader, body);
            }
            else if (reader.ValueTextEquals("item"u8))
            {
                reply._item = ValueAt(ref reader, body);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return known;
    }

    private static ReadOnlyMemory<byte> ValueAt(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return body[start..(int)reader.BytesConsumed];
    }

    private static RpcException ErrorOf(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = BusJson.MaxDepth });
        var error = document.RootElement;
        if (error.ValueKind != JsonValueKind.Object)
            return RpcErrors.Make(RpcErrorCodes.InternalError, error.ToString(), null);
        // One code of the dialect is a text.
        var code = RpcErrorCodes.InternalError;
        if (error.TryGetProperty("code", out var given))
        {
            if (given.ValueKind == JsonValueKind.Number && given.TryGetInt32(out var number))
                code = number;
            else if (given.ValueKind == JsonValueKind.String && int.TryParse(given.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
                code = number;
        }
        var message = error.TryGetProperty("message", out var text) ? text.ToString() : "";
        return RpcErrors.Make(code, message, error.TryGetProperty("data", out var data) ? data.Clone() : null);
    }
}

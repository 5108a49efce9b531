using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Answers;

/// <summary>Reads JSON that anybody may have sent: it is all there, and each of its names once, or it is refused.</summary>
internal static class JsonBody
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Reads the body.</summary>
    /// <returns>Null if there is no body.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="BadHttpRequestException">It is too large.</exception>
    public static async Task<(bool IsThere, JsonNode? Value)> ReadAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, request.HttpContext.RequestAborted).ConfigureAwait(false);
        if (bytes.Length == 0)
            return (false, null);
        return (true, Parse(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
    }

    /// <summary>Reads the body, which must be an object.</summary>
    /// <exception cref="BadHttpRequestException">It is something else.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request)
    {
        try
        {
            return (await ReadAsync(request).ConfigureAwait(false)).Value as JsonObject ?? throw new BadHttpRequestException("the body must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new BadHttpRequestException($"the body is not JSON: {error.Message}", error);
        }
    }

    private static JsonNode? Parse(ReadOnlyMemory<byte> bytes)
    {
        using var document = JsonDocument.Parse(bytes, Options);
        try
        {
            return Copy(document.RootElement);
        }
        catch (InvalidOperationException error)
        {
            throw new JsonException("a string is not Unicode", error);   // half a surrogate pair, or no UTF-8
        }
    }

    // Of a name that stands there twice the last counts, as in Python.
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var copy = new JsonObject();
                foreach (var member in element.EnumerateObject())
                    copy[member.Name] = Copy(member.Value);
                return copy;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }
}

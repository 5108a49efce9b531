using System.Text.Json;
using System.Text.Unicode;

namespace Hutch.Bus.Requests;

/// <summary>The body of requests and statuses: JSON in UTF-8.</summary>
internal static class RequestBody
{
    /// <summary>What a status carries instead of a body that is no JSON, which would end a Python service that reads it.</summary>
    public static readonly byte[] Null = "null"u8.ToArray();

    /// <returns>The JSON, or null and the reason.</returns>
    public static JsonElement? TryParse(ReadOnlyMemory<byte> body, out string reason)
    {
        reason = "";
        if (!Utf8.IsValid(body.Span))
        {
            reason = "it is not UTF-8";
            return null;
        }
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            reason = error.Message;
            return null;
        }
    }
}

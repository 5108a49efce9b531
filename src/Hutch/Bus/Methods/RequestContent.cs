using System.Text;
using System.Text.Json;
using Hutch.Bus.Transports;

namespace Hutch.Bus.Methods;

/// <summary>The text of a message.</summary>
internal static class RequestContent
{
    // What kombu refuses unless told otherwise: formats that run code, or that it has no decoder for.
    private static readonly string[] Refused =
    [
        "application/x-python-serialize", "application/x-yaml", "application/yaml", "text/yaml", "application/x-msgpack", "application/msgpack", "application/data",
    ];

    /// <summary>Whether a content type can hold JSON text; an unknown one is tried, as the deployed services do.</summary>
    public static bool IsText(string contentType) => contentType == "application/json" || !Refused.Contains(contentType, StringComparer.OrdinalIgnoreCase);

    /// <summary>The body in UTF-8.</summary>
    /// <exception cref="JsonException">Its character set is not known.</exception>
    public static ReadOnlyMemory<byte> Decode(Delivery delivery)
    {
        var encoding = delivery.Properties.ContentEncoding;
        if (encoding is null or "" or "utf-8" or "UTF-8" or "us-ascii" or "ascii" or "binary")
            return WithoutMark(delivery.Body);
        try
        {
            return Encoding.UTF8.GetBytes(Encoding.GetEncoding(encoding).GetString(delivery.Body.Span));
        }
        catch (ArgumentException error)
        {
            throw new JsonException($"content encoding {encoding} is not known; send utf-8", error);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
}

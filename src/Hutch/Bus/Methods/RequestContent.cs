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
        if (encoding is null or "utf-8")
            return WithoutMark(delivery.Body);
        // The names are Python's, for which utf8, UTF-8 and utf_8 are one.
        var name = encoding.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (name is "" or "utf8" or "usascii" or "ascii" or "binary")
            return WithoutMark(delivery.Body);
        try
        {
            var characters = name is "latin1" or "iso88591" ? Encoding.Latin1 : Encoding.GetEncoding(encoding.Replace('_', '-'));
            return WithoutMark(Encoding.UTF8.GetBytes(characters.GetString(delivery.Body.Span)));
        }
        catch (ArgumentException error)
        {
            throw new JsonException($"content encoding {encoding} is not known; send utf-8", error);
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) =>
        body.Span.StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
}

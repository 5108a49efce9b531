using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Api;

/// <summary>JSON answers with an entity tag: a client that has this state already gets 304 and no body.</summary>
internal static class Tagged
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer.</summary>
    /// <param name="context">The request.</param>
    /// <param name="value">What is answered.</param>
    /// <param name="tag">Its tag; null for one made of the answer.</param>
    /// <param name="status">The status code.</param>
    public static IResult Json(HttpContext context, JsonNode? value, string? tag = null, int status = StatusCodes.Status200OK)
    {
        var text = value?.ToJsonString(Readable) ?? "null";
        var entity = $"\"{tag ?? Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)).AsSpan(0, 12))}\"";
        context.Response.Headers.ETag = entity;
        context.Response.Headers.CacheControl = "no-cache";
        var known = context.Request.Headers.IfNoneMatch.ToString();
        return HttpMethods.IsGet(context.Request.Method) && known.Split(',', StringSplitOptions.TrimEntries).Any(k => k == entity || k == "W/" + entity)
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Text(text, "application/json", statusCode: status);
    }
}

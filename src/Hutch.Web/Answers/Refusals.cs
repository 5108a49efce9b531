using System.Text;
using System.Text.Json;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;

namespace Hutch.Web.Answers;

/// <summary>Answers that refuse: problem details (RFC 9457) under <c>/api/v1</c>, <c>{"detail": ...}</c> as FastAPI has them elsewhere.</summary>
internal static class Refusals
{
    public static bool IsOwnApi(HttpContext context) => context.Request.Path.StartsWithSegments("/api/v1");

    /// <summary>A refusal as it goes over a connection of which no request was read.</summary>
    public static byte[] Raw(int status, string detail)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["detail"] = detail });
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} {ReasonPhrases.GetReasonPhrase(status)}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"), .. body];
    }

    /// <summary>Writes a refusal.</summary>
    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Items[Auditor.ErrorKey] = detail;
        context.Response.StatusCode = status;
        if (!IsOwnApi(context))
            return context.Response.WriteAsJsonAsync(new Dictionary<string, string> { ["detail"] = detail });
        var problem = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail };
        return context.Response.WriteAsJsonAsync(problem, JsonSerializerOptions.Web, "application/problem+json");
    }
}

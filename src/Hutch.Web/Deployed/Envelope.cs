using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Native;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Deployed;

/// <summary>
/// The answers of the deployed interface: <c>{"status": "ok", "message": ..., member: ...}</c>; for what went wrong the same with
/// <c>error</c>, also with HTTP 200; and 422 for a request that is not as it must be.
/// </summary>
internal static class Envelope
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Ok(string message, params (string Name, JsonNode? Value)[] members) => Make("ok", message, members);

    public static IResult Error(string message, params (string Name, JsonNode? Value)[] members) => Make("error", message, members);

    /// <summary>Runs an endpoint, and answers its errors as deployed.</summary>
    public static async Task<IResult> RunAsync(HttpContext context, ILogger logger, Func<Task<IResult>> endpoint)
    {
        try
        {
            return await endpoint().ConfigureAwait(false);
        }
        catch (InvalidRequestException error)
        {
            context.Items[Auditor.ErrorKey] = error.Message;
            return Results.Text(new JsonObject { ["detail"] = error.Detail }.ToJsonString(Readable), "application/json", statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (Exception error) when (error is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            if (error is not (UserErrorException or MissingLibraryException or HttpRequestException))
                logger.LogError(error, "{Method} {Path}: {Message}", context.Request.Method, context.Request.Path, error.Message);
            context.Items[Auditor.ErrorKey] = error.Message;
            return Error(error.Message);
        }
    }

    private static IResult Make(string status, string message, (string Name, JsonNode? Value)[] members)
    {
        var answer = new JsonObject { ["status"] = status, ["message"] = message };
        foreach (var (name, value) in members)
            answer[name] = value;
        return Results.Text(answer.ToJsonString(Readable), "application/json");
    }
}

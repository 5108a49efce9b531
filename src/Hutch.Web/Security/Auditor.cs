using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Events;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Security;

/// <summary>Notes who changed, or tried to change, what.</summary>
internal sealed class Auditor(Instrument instrument, EventHub events, ILogger logger)
{
    private static readonly StreamLimit Latest = new(100_000);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            if (!Doorkeeper.OnlyReads(context))
                Note(context);
        }
    }

    private void Note(HttpContext context)
    {
        var caller = Doorkeeper.CallerOf(context);
        var path = context.Request.Path.Value is { Length: > 300 } lengthy ? lengthy[..300] : context.Request.Path.Value;
        var entry = new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0,
            ["who"] = caller.Name,
            ["from"] = context.Connection.RemoteIpAddress?.ToString(),
            ["method"] = context.Request.Method,
            ["path"] = path,
            ["status"] = context.Response.StatusCode,
            ["error"] = context.Items.TryGetValue(ErrorKey, out var error) ? (string?)error : null,
        };
        instrument.Outbox.Post(DaqKeys.Audit, entry, Latest);
        events.Publish("audit", entry);
        logger.LogInformation("audit: {Who} from {From}: {Method} {Path} {Status} {Error}", caller.Name, entry["from"], context.Request.Method, path, context.Response.StatusCode, error ?? "");
    }

    /// <summary>Under which the items of a request hold what was answered as an error.</summary>
    public const string ErrorKey = "hutch.error";
}

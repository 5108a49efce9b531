using System.Text.Json;
using Hutch.LiveResults;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Reduction;

/// <summary>Tells a browser of every change of a status: server-sent events (HTML standard, section 9.2).</summary>
internal static class ReductionEvents
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    public static async Task Send(string instrument, HttpContext context, IHostApplicationLifetime lifetime)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            while (true)
            {
                // The status is rewritten several times a second, so each look has news: at least its age.
                var status = ReductionEndpoints.Find(instrument)?.ReadStatus();
                var age = status is null ? (double?)null : Math.Max(0, (DateTimeOffset.UtcNow - status.Time).TotalSeconds);
                var text = JsonSerializer.Serialize(new { Status = status, AgeS = age }, ResultJson.Options);
                await context.Response.WriteAsync($"data: {text}\n\n", end.Token);
                await context.Response.Body.FlushAsync(end.Token);
                await Task.Delay(Period, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The browser has closed the connection, or the server ends.
        }
    }
}

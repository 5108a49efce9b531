using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Events;
using Hutch.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Api.Events;

/// <summary>Everything that changes, as a stream of server-sent events.</summary>
internal sealed class EventEndpoints(Instrument instrument, EventHub hub, StreamPlaces places, IHostApplicationLifetime lifetime)
{
    /// <summary>A connection over which nothing comes for longer may have been cut.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(15);

    private static readonly string[] Types = ["writer", "acquisition", "config", "deployment", "statistics", "service", "request", "audit", "beats", "missed", "alive"];

    public void Map(IEndpointRouteBuilder app) => app.Get("/events", (HttpContext context) =>
    {
        var types = Query.All(context.Request, "type").ToHashSet();
        if (types.FirstOrDefault(t => !Types.Contains(t)) is not null)
            throw new BadHttpRequestException($"type must be one of: {string.Join(", ", Types)}");
        places.Take(context);
        var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(end);
        return TypedResults.ServerSentEvents(EventsAsync(types, end.Token));
    }).WithTags("Events").WithSummary("Changes from now on (server-sent events).").AnswersWith("text/event-stream")
        .Query<IReadOnlyList<string>>("type", $"Only these, repeated: {string.Join(", ", Types)}.");

    // The first event is the present state, so that nobody has to ask for it and miss what is between.
    private async IAsyncEnumerable<SseItem<string>> EventsAsync(HashSet<string> types, [EnumeratorCancellation] CancellationToken end)
    {
        if (instrument.Broker is { } broker)
            _ = broker.ListenAsync(end).ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(end);
        await using var events = hub.ListenAsync(leaving.Token).GetAsyncEnumerator(leaving.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            if (Wants(types, "writer"))
                yield return new SseItem<string>(JsonSerializer.Serialize(instrument.Daq.Status), "writer");
            while (true)
            {
                if (await MoreAsync(next, end).ConfigureAwait(false) is not { } more)
                {
                    yield return new SseItem<string>(new JsonObject { ["time"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() }.ToJsonString(), "alive");
                    continue;
                }
                if (!more)
                    yield break;
                var told = events.Current;
                next = events.MoveNextAsync().AsTask();
                if (Wants(types, told.Type))
                    yield return new SseItem<string>(told.Json, told.Type) { EventId = told.Id.ToString() };
            }
        }
        finally
        {
            // What waits for the next event must have ended before its source can be closed.
            await leaving.CancelAsync().ConfigureAwait(false);
            await next.ContinueWith(t => _ = t.Exception, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    // Null when nothing has come for a while.
    private static async Task<bool?> MoreAsync(Task<bool> next, CancellationToken end)
    {
        try
        {
            return await next.WaitAsync(SignOfLife, end).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static bool Wants(HashSet<string> types, string type) => types.Count == 0 || types.Contains(type);
}

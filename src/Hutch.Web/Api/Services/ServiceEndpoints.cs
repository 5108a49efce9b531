using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Hutch.Beamline.Control;
using Hutch.Services;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Api.Services;

/// <summary>The services of the beamline: listed by selectors, started, stopped, and their logs.</summary>
internal sealed class ServiceEndpoints(Instrument instrument, StreamPlaces places, IHostApplicationLifetime lifetime)
{
    private const int LogBacklog = 1000;

    private const string Timeout = "Seconds to wait, 1 to 3600; 30 by default.";

    private static readonly string[] Actions = ["start", "stop", "restart", "kill"];

    private string? Beamline => instrument.Settings.Beamline;

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/services").WithTags("Services");
        group.Get("", ListAsync).WithSummary("The services of the beamline.").Answers<IReadOnlyList<ServiceStatus>>().Selects();
        group.Get("/{name}", FindAsync).WithSummary("A service.").Answers<ServiceStatus>();
        group.Get("/{name}/logs", LogsAsync).WithSummary("Its log lines as a stream of events.").AnswersWith("text/event-stream").Query<bool>("follow", "Whether to follow new lines; false by default.");
        foreach (var action in Actions)
        {
            group.Post($"/{{name}}/{action}", (HttpContext c, string name) => ActAsync(c, action, new ServiceSelector { Names = [name] }))
                .WithSummary($"Have it {action}; answers when that is done, or tells what it waits for.").Answers<IReadOnlyList<ServiceStatus>>().Query<int>("timeout", Timeout);
            group.Post($"/{action}", (HttpContext c) => ActAsync(c, action, Selected(c.Request))).WithSummary($"Have the selected services {action}.")
                .Answers<IReadOnlyList<ServiceStatus>>().Selects().Query<int>("timeout", Timeout).Query<bool>("all", "Whether to act on all services if none are selected.");
        }
        app.Get("/logs", AllLogsAsync).WithTags("Services").WithSummary("The log lines of the selected services, or of all, as a stream of events; each begins with the name of its service unless only one is selected.")
            .AnswersWith("text/event-stream").Selects().Query<bool>("follow", "Whether to follow new lines; false by default.");
        app.Get("/nodes", NodesAsync).WithTags("Services").WithSummary("The nodes that services are attached to.").Answers<IReadOnlyList<NodeShape>>();
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var services = await SendAsync(new ControlRequest { Command = "services", Services = Selector(context.Request) }).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. services.Select(BeamlineAccess.Shape)]));
    }

    private async Task<IResult> FindAsync(HttpContext context, string name)
    {
        var services = await SendAsync(new ControlRequest { Command = "services", Services = new ServiceSelector { Names = [name] } }).ConfigureAwait(false);
        return Tagged.Json(context, services is [var service] ? BeamlineAccess.Shape(service) : throw new NotFoundException($"there is no service {name}"));
    }

    private async Task<IResult> ActAsync(HttpContext context, string action, ServiceSelector selector)
    {
        var timeout = Query.Number(context.Request, "timeout", 30, 1, 3600);
        var services = await SendAsync(new ControlRequest { Command = action, Services = selector, TimeoutS = timeout }).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. services.Select(BeamlineAccess.Shape)]));
    }

    private async Task<IResult> NodesAsync(HttpContext context)
    {
        var services = await SendAsync(new ControlRequest { Command = "services" }).ConfigureAwait(false);
        var nodes = services.Where(s => s.Node is not null).GroupBy(s => (s.Cluster, s.Node)).Select(g => (JsonNode)new JsonObject
        {
            ["name"] = g.Key.Node,
            ["cluster"] = g.Key.Cluster,
            ["services"] = new JsonArray([.. g.Select(s => (JsonNode)s.Name)]),
            ["alive"] = g.Count(s => s.State == "running"),
            ["waits_for"] = new JsonArray([.. g.Where(s => s.WaitsFor is not null).Select(s => (JsonNode)$"{s.Name}: {s.WaitsFor}")]),
        });
        return Tagged.Json(context, new JsonArray([.. nodes]));
    }

    private Task<IResult> LogsAsync(HttpContext context, string name) => StreamLogsAsync(context, new ServiceSelector { Names = [name] });

    private Task<IResult> AllLogsAsync(HttpContext context) => StreamLogsAsync(context, Selector(context.Request));

    private async Task<IResult> StreamLogsAsync(HttpContext context, ServiceSelector selector)
    {
        _ = await SendAsync(new ControlRequest { Command = "services", Services = selector }).ConfigureAwait(false);
        var follow = Query.Truth(context.Request, "follow") ?? false;
        places.Take(context);
        var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Response.RegisterForDispose(end);
        return TypedResults.ServerSentEvents(LinesAsync(selector, follow, end.Token));
    }

    private async IAsyncEnumerable<SseItem<string>> LinesAsync(ServiceSelector selector, bool follow, [EnumeratorCancellation] CancellationToken end)
    {
        using var client = BeamlineAccess.Connect(Beamline);
        using var closing = end.Register(client.Dispose);   // which ends the reading below
        var lines = Channel.CreateBounded<string>(LogBacklog);
        var reading = OwnThread.RunAsync(() =>
        {
            try
            {
                foreach (var reply in client.Send(new ControlRequest { Command = "logs", Services = selector, Follow = follow }))
                    lines.Writer.WriteAsync(reply.Line ?? "", end).AsTask().GetAwaiter().GetResult();
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or UserErrorException)
            {
                // The beamline or the reader has closed the connection.
            }
            finally
            {
                lines.Writer.Complete();
            }
            return true;
        });
        await foreach (var line in lines.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            yield return new SseItem<string>(line, "log");
        await reading.ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ServiceStatus>> SendAsync(ControlRequest request)
    {
        try
        {
            return await BeamlineAccess.SendAsync(Beamline, request).ConfigureAwait(false);
        }
        catch (UserErrorException error) when (error is not UnavailableException && request.Services.Names.Count > 0)
        {
            if (await UnknownAsync(request.Services.Names).ConfigureAwait(false) is { } unknown)
                throw new NotFoundException($"there is no service {unknown}");
            throw;
        }
    }

    private async Task<string?> UnknownAsync(IReadOnlyList<string> names)
    {
        var known = (await BeamlineAccess.ServicesIfAnyAsync(Beamline).ConfigureAwait(false)).Select(s => s.Name).ToHashSet();
        return names.FirstOrDefault(n => !known.Contains(n));
    }

    private static ServiceSelector Selector(HttpRequest request) => new()
    {
        Names = Query.All(request, "name"),
        Tags = Query.All(request, "tag"),
        ExcludeTags = Query.All(request, "exclude_tag"),
        Alive = Query.Truth(request, "alive"),
        NoDependants = Query.Truth(request, "no_dependants") ?? false,
        NoAliveDependants = Query.Truth(request, "no_alive_dependants") ?? false,
        Node = Query.Text(request, "node"),
        Cluster = Query.Text(request, "cluster"),
        State = Query.Name<ServiceState>(request, "state"),
        Container = Query.Name<ServiceContainer>(request, "container"),
        StopPriority = request.Query.ContainsKey("stop_priority") ? Query.Number(request, "stop_priority", 50, 0, 100) : null,
    };

    // Nothing chosen would mean all of them: that is said, not forgotten.
    private static ServiceSelector Selected(HttpRequest request)
    {
        var selector = Selector(request);
        return !selector.IsEmpty || Query.Truth(request, "all") == true ? selector : throw new BadHttpRequestException("select services as in the list, or say all=true");
    }
}

using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Services;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Metrics;

/// <summary>Whether the server is alive and ready, fed by progress: what hangs is not alive, although it would answer.</summary>
internal static class Health
{
    /// <summary>The parts of the server go round at least once in two seconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Alive: to be started again if not.</summary>
    public static IResult Live(Instrument instrument) => Answer(Progress(instrument));

    /// <summary>Ready: of use at this moment.</summary>
    public static IResult Ready(Instrument instrument) => Answer(
    [
        .. Progress(instrument),
        ("writers", instrument.Daq.Status.State == WriterState.Unknown ? "they do not answer" : null),
        ("store", instrument.Outbox.IsAway ? $"it does not answer; {instrument.Outbox.Waiting} entries wait" : null),
    ]);

    private static IEnumerable<(string Name, string? Trouble)> Progress(Instrument instrument) =>
        new Service[] { instrument.Daq, instrument.Recorder }.Select(s => (s.ServiceName,
            !s.IsServiceAlive ? $"it is {s.State.ToString().ToLowerInvariant()}" : s.SinceHeartbeat > Limit ? $"it has made no progress for {s.SinceHeartbeat.TotalSeconds:0} s" : null));

    private static IResult Answer(IEnumerable<(string Name, string? Trouble)> checks)
    {
        var all = checks.ToList();
        var isWell = all.TrueForAll(c => c.Trouble is null);
        var shape = new JsonObject
        {
            ["status"] = isWell ? "ok" : "failed",
            ["checks"] = new JsonObject(all.Select(c => KeyValuePair.Create(c.Name, (JsonNode?)(c.Trouble ?? "ok")))),
        };
        return Results.Text(shape.ToJsonString(), "application/json", statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

using System.Text.Json.Nodes;
using Hutch.Beamline.Control;
using Hutch.Web.Api.Services;
using Hutch.Web.Answers;

namespace Hutch.Web.Events;

/// <summary>How everything is at this moment: the services, the store, what is lost. Read once a second however many ask.</summary>
internal sealed class Beats(Instrument instrument, LossTally losses)
{
    private static readonly TimeSpan Age = TimeSpan.FromMilliseconds(900);

    private readonly Lock _gate = new();
    private Task<JsonObject>? _reading;
    private long _readAt;

    /// <summary>The services as they were last, for metrics and health.</summary>
    public IReadOnlyList<ServiceStatus> Services { get; private set; } = [];

    /// <summary>What was read last, if that is not long ago.</summary>
    public JsonObject? Latest => _reading is { IsCompletedSuccessfully: true } && Environment.TickCount64 - _readAt < 3000 ? _reading.Result : null;

    /// <summary>What there is now; at most a second old.</summary>
    public Task<JsonObject> ReadAsync()
    {
        lock (_gate)
        {
            if (_reading is not null && Environment.TickCount64 - _readAt < Age.TotalMilliseconds)
                return _reading;
            _readAt = Environment.TickCount64;
            return _reading = MakeAsync();
        }
    }

    private async Task<JsonObject> MakeAsync()
    {
        JsonNode? services = null;
        string? trouble = null;
        try
        {
            Services = await BeamlineAccess.SendAsync(instrument.Settings.Beamline, new ControlRequest { Command = "services" }).ConfigureAwait(false);
            services = new JsonArray([.. Services.Select(Shape)]);
        }
        catch (UserErrorException error)
        {
            Services = [];
            trouble = error.Message;
        }
        return new JsonObject
        {
            ["time"] = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0,
            ["services"] = services,
            ["beamline_error"] = trouble,
            ["store"] = new JsonObject { ["away"] = instrument.Outbox.IsAway, ["waiting"] = instrument.Outbox.Waiting, ["dropped"] = instrument.Outbox.Dropped },
            ["losses"] = losses.Shape(),
        };
    }

    // Its history is read on request.
    private static JsonNode Shape(ServiceStatus service)
    {
        var shape = BeamlineAccess.Shape(service with { History = [] });
        shape.AsObject().Remove("history");
        return shape;
    }
}

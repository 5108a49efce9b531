using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Web.Events;
using Hutch.Web.Security;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Console.Frame;

/// <summary>What the frame of a page shows and hands to the page's scripts. One a request.</summary>
internal sealed class FrameState(Instrument instrument, Beats beats, IHttpContextAccessor access)
{
    public string Detector => instrument.Daq.Configuration.DetectorName;

    public string WriterState => instrument.Daq.Status.State.ToString();

    public Caller Caller => Doorkeeper.CallerOf(access.HttpContext!);

    public bool HasTokens => !instrument.Settings.Tokens.IsEmpty;

    /// <summary>The state as JSON that may stand in a page: no character of it ends the element.</summary>
    public string Json(JsonNode? page)
    {
        var state = new JsonObject
        {
            ["detector"] = Detector,
            ["name"] = Caller.Name,
            ["role"] = Caller.Role.ToString().ToLowerInvariant(),
            ["has_bus"] = instrument.Broker is not null,
            ["instrument"] = Present(),
            ["page"] = page?.DeepClone(),
        };
        return state.ToJsonString(JsonSerializerOptions.Web);   // its encoder writes < and > and & as escapes
    }

    private JsonObject Present()
    {
        var present = beats.Latest?.DeepClone().AsObject() ?? [];
        present["writer"] = JsonSerializer.SerializeToNode(instrument.Daq.Status);
        present["statistics"] = instrument.Recorder.Statistics?.DeepClone();
        return present;
    }
}

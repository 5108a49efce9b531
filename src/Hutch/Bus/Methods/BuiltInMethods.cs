using System.Text.Json.Nodes;

namespace Hutch.Bus.Methods;

/// <summary>The methods that every service has unless it has its own of that name.</summary>
internal sealed class BuiltInMethods(BusServer server)
{
    [BusMethod(Description = "Answers pong.")]
    public string OnPing() => server.Service is null ? "" : "pong";

    [BusMethod(Description = "Who the service is and what it can do.")]
    public JsonObject OnInfo() => ServiceReport.Info(server);

    [BusMethod(Description = "What the service has done.")]
    public JsonObject OnStats() => ServiceReport.Statistics(server);
}

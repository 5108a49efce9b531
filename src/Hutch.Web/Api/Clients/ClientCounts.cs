using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Hutch.Web.Api.Clients;

/// <summary>Who is connected, and how often somebody was refused for having too much open.</summary>
internal sealed record ClientCounts(
    [property: JsonPropertyName("clients"), Description("By address.")] IReadOnlyList<ClientCount> Clients,
    [property: JsonPropertyName("closed_connections"), Description("Connections closed to make room for others since the start.")] long ClosedConnections,
    [property: JsonPropertyName("refused_connections"), Description("Connections refused since the start.")] long RefusedConnections,
    [property: JsonPropertyName("refused_streams"), Description("Streams refused since the start.")] long RefusedStreams);

/// <summary>What one client has open.</summary>
internal sealed record ClientCount(
    [property: JsonPropertyName("address"), Description("Its IP address.")] string Address,
    [property: JsonPropertyName("connections"), Description("Its connections.")] int Connections,
    [property: JsonPropertyName("waiting"), Description("Connections over which no request is handled: idle or half-open ones.")] int Waiting,
    [property: JsonPropertyName("streams"), Description("Live views, event streams and logs that it follows.")] int Streams);

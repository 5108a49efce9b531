using System.ComponentModel;
using Hutch.Web.Description;

namespace Hutch.Web.Api.Clients;

[Description("Who is connected, and what was refused.")]
[Example("""{"clients": [{"address": "127.0.0.1", "connections": 2, "waiting": 1, "streams": 1}], "closed_connections": 0, "refused_connections": 0, "refused_streams": 0}""")]
internal sealed record ClientCounts(
    [property: Description("By address.")] IReadOnlyList<ClientCount> Clients,
    [property: Description("Connections closed since the start to make room for others.")] long ClosedConnections,
    [property: Description("Connections refused since the start.")] long RefusedConnections,
    [property: Description("Streams refused since the start.")] long RefusedStreams);

[Description("What one client has open.")]
internal sealed record ClientCount(
    [property: Description("Its IP address.")] string Address,
    [property: Description("Its connections.")] int Connections,
    [property: Description("Connections not handling a request: idle or half-open.")] int Waiting,
    [property: Description("Live views, event streams and logs that it follows.")] int Streams);

using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Clients;

/// <summary>Which clients are connected, and how often one was refused for having too much open.</summary>
internal sealed class ClientEndpoints(ConnectionLimits connections, StreamPlaces places)
{
    public void Map(IEndpointRouteBuilder app) => app.Get("/clients", Count).WithTags("Access")
        .WithSummary("The clients with their connections and streams, and what was refused.").Answers<ClientCounts>();

    private ClientCounts Count() => new(
        [.. connections.Count().OrderBy(c => c.Client, StringComparer.Ordinal).Select(c => new ClientCount(c.Client, c.Connections, c.Waiting, places.Of(c.Client)))],
        connections.Closed, connections.Refused, places.Refused);
}

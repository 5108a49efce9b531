using System.Net.WebSockets;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Limits;
using Hutch.Web.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Api.Live;

/// <summary>The images of the live stream with all their bits, on a WebSocket.</summary>
internal sealed class LiveSocketEndpoints(LiveView view, StreamPlaces places, IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder app) => app.Get("/live", ServeAsync).WithTags("Detector")
        .WithSummary("""The live stream on a WebSocket: ask for each image with {"x", "y", "width", "height", "pixels"}; the answer is the length of a JSON header, the header, and pixels.""").AnswersNothing(StatusCodes.Status101SwitchingProtocols);

    private async Task ServeAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
            throw new BadHttpRequestException("this is a WebSocket; pictures of the live stream are at /daq/live");
        places.Take(context);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        try
        {
            await new LiveSocket(view, socket).ServeAsync(end.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
        {
            // Nobody looks any more.
        }
    }
}

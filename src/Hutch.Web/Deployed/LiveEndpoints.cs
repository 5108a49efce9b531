using Hutch.Web.Answers;
using Hutch.Web.Description;
using Hutch.Web.Limits;
using Hutch.Web.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Deployed;

/// <summary><c>/daq/live</c>: the live stream as pictures one after another (MJPEG).</summary>
internal sealed class LiveEndpoints(LiveView view, StreamPlaces places, IHostApplicationLifetime lifetime)
{
    public void Map(IEndpointRouteBuilder app) =>
        app.Get("/daq/live", StreamAsync).WithTags("Detector (deployed)").WithSummary("The live stream (MJPEG, 800 x 600).").AnswersWith("multipart/x-mixed-replace");

    private async Task StreamAsync(HttpContext context)
    {
        places.Take(context);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "multipart/x-mixed-replace; boundary=frame";
        try
        {
            await foreach (var image in view.WatchAsync(end.Token).ConfigureAwait(false))
            {
                if ((image is null ? LivePicture.NoData : image.Jpeg) is not { } jpeg)
                    continue;
                await context.Response.Body.WriteAsync("--frame\r\nContent-Type: image/jpeg\r\n\r\n"u8.ToArray(), end.Token).ConfigureAwait(false);
                await context.Response.Body.WriteAsync(jpeg, end.Token).ConfigureAwait(false);
                await context.Response.Body.WriteAsync("\r\n"u8.ToArray(), end.Token).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody looks any more.
        }
    }
}

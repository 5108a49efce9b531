using Hutch.Web.Live;
using Hutch.Web.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace Hutch.Web.Deployed;

/// <summary><c>/daq/live</c>: the live stream as pictures one after another (MJPEG).</summary>
internal sealed class LiveEndpoints(Instrument instrument, IHostApplicationLifetime lifetime)
{
    /// <summary>Each viewer costs a rendered picture ten times a second.</summary>
    private const int MostViewers = 16;

    private int _viewers;

    public void Map(IEndpointRouteBuilder app) =>
        app.Get("/daq/live", StreamAsync).WithTags("daq").WithSummary("The live stream (MJPEG, 800 x 600).").Produces<byte[]>(StatusCodes.Status200OK, "multipart/x-mixed-replace");

    private async Task StreamAsync(HttpContext context)
    {
        if (Interlocked.Increment(ref _viewers) > MostViewers)
        {
            Interlocked.Decrement(ref _viewers);
            throw new Answers.UnavailableException($"{MostViewers} look at the live stream already");
        }
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            context.Response.ContentType = "multipart/x-mixed-replace; boundary=frame";
            using var pictures = new LivePictures(instrument.Settings.LiveStream);
            while (!end.IsCancellationRequested)
            {
                var jpeg = await Task.Run(() => pictures.Next(end.Token), CancellationToken.None).ConfigureAwait(false);
                if (jpeg is null)
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
        finally
        {
            Interlocked.Decrement(ref _viewers);
        }
    }
}

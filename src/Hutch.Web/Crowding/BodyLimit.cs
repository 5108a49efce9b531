using Hutch.Web.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hutch.Web.Crowding;

/// <summary>
/// Bodies of requests have a largest size. A larger one is answered with 413 before the connection is closed: what the client still sends is
/// read and dropped for a while, for a connection that is closed with data unread is reset, and the answer is lost with it.
/// </summary>
internal sealed class BodyLimit(long largest)
{
    /// <summary>Who sends more than this, or for longer than <see cref="Patience"/>, is cut off. 64 MiB: twice the largest upload seen.</summary>
    private const long MostDropped = 64 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false } limit)
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        limit.MaxRequestBodySize = null;   // counted here instead
        var body = context.Request.Body;
        if (context.Request.ContentLength <= largest || (context.Request.ContentLength is null && !CanHaveBody(context)))
        {
            await next(context).ConfigureAwait(false);
            return;
        }
        if (context.Request.ContentLength is null)
        {
            var counted = new CountedBody(body, largest);
            context.Request.Body = counted;
            context.Response.OnStarting(() =>
            {
                if (counted.IsTooLarge)
                    context.Response.Headers.Connection = "close";
                return Task.CompletedTask;
            });
            await next(context).ConfigureAwait(false);
            if (!counted.IsTooLarge)
                return;
        }
        else
        {
            context.Response.Headers.Connection = "close";
            await Refusals.WriteAsync(context, StatusCodes.Status413PayloadTooLarge, CountedBody.Words(largest)).ConfigureAwait(false);
        }
        await context.Response.CompleteAsync().ConfigureAwait(false);
        await DropAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static bool CanHaveBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    private static async Task DropAsync(Stream body, CancellationToken aborted)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        end.CancelAfter(Patience);
        var dropped = new byte[64 << 10];
        try
        {
            for (var left = MostDropped; left > 0;)
            {
                var read = await body.ReadAsync(dropped, end.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                left -= read;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // It has been answered; how the client goes away does not matter.
        }
    }
}

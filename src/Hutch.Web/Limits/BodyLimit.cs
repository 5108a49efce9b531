using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Limits;

/// <summary>
/// Refuses bodies that are too large or come too slowly, and sees to it that the refusal is read: a connection that is closed while the client
/// still sends takes the answer with it, so what comes is thrown away for a while first.
/// </summary>
internal sealed class BodyLimit(RestSettings settings)
{
    private const long MostThrownAway = 256L << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static BadHttpRequestException TooLarge(long largest) =>
        new($"the body has more than {largest} bytes, which is the most that is taken", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The outer half: what is left of a body whose request was refused is thrown away, and the connection is closed.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var body = context.Request.Body;
        context.Request.Body = new LimitedBody(body, settings.LargestBody, settings.BodyTime);
        context.Response.OnStarting(() =>
        {
            if (IsRefused(context))
                context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        await next(context).ConfigureAwait(false);
        if (!IsRefused(context) || context.Request.Headers.Expect.Count > 0)
            return;
        await context.Response.CompleteAsync().ConfigureAwait(false);
        await ThrowAwayAsync(body).ConfigureAwait(false);
    }

    /// <summary>The inner half, where errors become answers: nothing is done for a request whose body is too large.</summary>
    public Task CheckAsync(HttpContext context, RequestDelegate next) =>
        context.Request.ContentLength > settings.LargestBody ? throw TooLarge(settings.LargestBody) : next(context);

    // Any refusal may leave a body unread; Kestrel itself reads what is left of a small one.
    private bool IsRefused(HttpContext context) => context.Response.StatusCode is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout
        || context.Request.ContentLength > settings.LargestBody;

    private static async Task ThrowAwayAsync(Stream body)
    {
        var buffer = new byte[64 << 10];
        using var end = new CancellationTokenSource(Patience);
        try
        {
            for (var thrown = 0L; thrown < MostThrownAway;)
            {
                var read = await body.ReadAsync(buffer, end.Token).ConfigureAwait(false);
                if (read == 0)
                    return;
                thrown += read;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or BadHttpRequestException or ConnectionAbortedException)
        {
            // It has had its answer, and time to read it.
        }
    }
}

using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Limits;

/// <summary>
/// Refuses bodies that are too large or come too slowly. Kestrel's own limit cuts the connection while the client still sends, and takes the answer
/// with it; without one, Kestrel throws away for 5 s what comes after an answer, so the client can read it.
/// </summary>
internal sealed class BodyLimit(RestSettings settings)
{
    public static BadHttpRequestException TooLarge(long largest) =>
        new($"the body has more than {largest} bytes, which is the limit", StatusCodes.Status413PayloadTooLarge);

    /// <summary>The outer half: the body is limited, and a connection over which one was refused is closed.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Body = new LimitedBody(context.Request.Body, settings.LargestBody, settings.BodyTime);
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout || IsTooLarge(context.Request))
                context.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>The inner half, where errors become answers: nothing is done for a request whose body is too large.</summary>
    public Task CheckAsync(HttpContext context, RequestDelegate next) => IsTooLarge(context.Request) ? throw TooLarge(settings.LargestBody) : next(context);

    private bool IsTooLarge(HttpRequest request) => request.ContentLength > settings.LargestBody;
}

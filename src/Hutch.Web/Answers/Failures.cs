using Hutch.Bus;
using Hutch.Detectors.Daq;
using Hutch.Native;
using Hutch.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Answers;

/// <summary>Turns errors of endpoints into answers.</summary>
internal sealed class Failures(ILogger logger)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            var status = StatusOf(error);
            if (status == StatusCodes.Status500InternalServerError)
                logger.LogError(error, "{Method} {Path}: {Message}", context.Request.Method, context.Request.Path, error.Message);
            await Refusals.WriteAsync(context, status, status == StatusCodes.Status500InternalServerError ? "the server failed; see its log" : error.Message).ConfigureAwait(false);
        }
    }

    private static int StatusOf(Exception error) => error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        TooManyException => StatusCodes.Status429TooManyRequests,
        NotFoundException => StatusCodes.Status404NotFound,
        ConfigurationConflictException => StatusCodes.Status412PreconditionFailed,
        AcquisitionUnderWayException => StatusCodes.Status409Conflict,
        StoreUnavailableException or MissingLibraryException or UnavailableException => StatusCodes.Status503ServiceUnavailable,
        UserErrorException or System.Text.Json.JsonException => StatusCodes.Status400BadRequest,
        BusTimeoutException or TimeoutException => StatusCodes.Status504GatewayTimeout,
        BusUnroutableException => StatusCodes.Status404NotFound,
        RpcException or HttpRequestException => StatusCodes.Status502BadGateway,
        _ => StatusCodes.Status500InternalServerError,
    };
}

using Hutch.Bus.Requests;
using Microsoft.Extensions.Logging;

namespace HutchRequest1;

/// <summary>Counts down when it is asked to, and stops counting when the request is killed.</summary>
public sealed class Countdown(TimeSpan step, ILogger? logger = null) : IRequestHandler
{
    /// <summary>Requests with this tag come here.</summary>
    public const string Tag = "example.countdown";

    /// <returns>The message of the status request_success. What it throws is that of request_fail.</returns>
    public async Task<object?> OnRequest(string requestId, Request request, CancellationToken kill)
    {
        var count = request.Read<CountdownRequest>().Count;
        for (var left = count; left > 0; left--)
        {
            logger?.LogInformation("{Left} left", left);
            await Task.Delay(step, kill);
        }
        return $"counted to {count}";
    }

    /// <summary>Called when the request is to be killed, after its token was cancelled.</summary>
    public void OnKill(string requestId) => logger?.LogInformation("{RequestId} is killed", requestId);
}

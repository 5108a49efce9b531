using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using Hutch.Web.Answers;
using Microsoft.AspNetCore.Http;

namespace Hutch.Web.Limits;

/// <summary>
/// Refuses more requests a second from one address than are allowed. The middleware of ASP.NET does the same, but wakes the process up thirty times a
/// second, also while nobody asks for anything: a third of what an idle REST server costs.
/// </summary>
/// <param name="rate">Requests a second, 1 or more.</param>
internal sealed class RequestRate(int rate)
{
    private const int Kept = 1000;

    private readonly ConcurrentDictionary<string, TokenBucketRateLimiter> _clients = new();

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var client = _clients.GetOrAdd(context.Connection.RemoteIpAddress?.ToString() ?? "", _ => NewClient());
        client.TryReplenish();
        using var lease = client.AttemptAcquire();
        if (lease.IsAcquired)
            return next(context);
        context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
        return Refusals.WriteAsync(context, StatusCodes.Status429TooManyRequests, $"more than {rate} requests per second from one address; wait a second");
    }

    private TokenBucketRateLimiter NewClient()
    {
        if (_clients.Count >= Kept)
            Forget();
        return new(new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate,
            TokensPerPeriod = Math.Max(1, rate / 10),
            ReplenishmentPeriod = rate >= 10 ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(1.0 / rate),
            AutoReplenishment = false,
            QueueLimit = 0,
        });
    }

    // A client whose bucket is full is like a new one.
    private void Forget()
    {
        foreach (var (address, client) in _clients)
        {
            client.TryReplenish();
            if (client.IdleDuration is not null)
                _clients.TryRemove(address, out _);
        }
    }
}

using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

/// <summary>A service whose body is an asynchronous function; otherwise like <see cref="DelegateService"/>.</summary>
public sealed class AsyncDelegateService : AsyncService
{
    private readonly Func<CancellationToken, Task<TimeSpan?>> _body;

    /// <summary>A body that says itself how long to pause.</summary>
    public AsyncDelegateService(string name, Func<CancellationToken, Task<TimeSpan?>> body, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
        DependsOn(ServiceReferences.InClosure(body));
    }

    /// <summary>A body that pauses for <see cref="Service.Interval"/>.</summary>
    public AsyncDelegateService(string name, Func<CancellationToken, Task> body, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = async stop =>
        {
            await body(stop);
            return null;
        };
        DependsOn(ServiceReferences.InClosure(body));
    }

    /// <inheritdoc/>
    protected override Task<TimeSpan?> IterateAsync(CancellationToken stop) => _body(stop);
}

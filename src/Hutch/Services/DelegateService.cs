using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

/// <summary>
/// A service whose body is a function. Services that the function uses (captures) are its dependencies, as if they were
/// fields of a class.
/// </summary>
public sealed class DelegateService : Service
{
    private readonly Func<CancellationToken, TimeSpan?> _body;

    /// <summary>A body that says itself how long to pause.</summary>
    public DelegateService(string name, Func<CancellationToken, TimeSpan?> body, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = body;
        DependsOn(ServiceReferences.InClosure(body));
    }

    /// <summary>A body that pauses for <see cref="Service.Interval"/>.</summary>
    public DelegateService(string name, Action<CancellationToken> body, ILogger? logger = null)
        : base(name, logger)
    {
        ArgumentNullException.ThrowIfNull(body);
        _body = stop =>
        {
            body(stop);
            return null;
        };
        DependsOn(ServiceReferences.InClosure(body));
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop) => _body(stop);
}

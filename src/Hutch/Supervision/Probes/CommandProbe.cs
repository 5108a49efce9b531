using Hutch.Services.Scopes;

namespace Hutch.Supervision.Probes;

/// <summary>A service is ready when a command ends with exit code 0.</summary>
public sealed class CommandProbe(string executable, params string[] arguments) : ReadinessProbe
{
    private readonly CommandReachability _reachability = new(executable, arguments);

    /// <inheritdoc/>
    public override string Description => $"the command {string.Join(' ', [executable, .. arguments])} to succeed";

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => _reachability.IsReachableAsync(stop);
}

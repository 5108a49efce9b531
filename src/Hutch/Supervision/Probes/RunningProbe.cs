namespace Hutch.Supervision.Probes;

/// <summary>A service is ready as soon as it runs.</summary>
public sealed class RunningProbe : ReadinessProbe
{
    /// <inheritdoc/>
    public override string Description => "it to run";

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => ValueTask.FromResult(true);
}

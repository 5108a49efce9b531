namespace Hutch.Supervision.Probes;

/// <summary>A service is ready when it has made progress since its start: an iteration, or a line written by a foreign program.</summary>
public sealed class HeartbeatProbe : ReadinessProbe
{
    /// <inheritdoc/>
    public override string Description => "its first heartbeat";

    /// <inheritdoc/>
    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) =>
        ValueTask.FromResult(service.Service.Heartbeat > service.RunningSince + TimeSpan.FromMilliseconds(20));
}

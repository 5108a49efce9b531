using Hutch.Supervision;
using Hutch.Supervision.Probes;

namespace Hutch.Beamline.Placement;

/// <summary>A service on another host is ready when its supervisor there says so. While the host cannot be reached, it is taken to be as it was.</summary>
internal sealed class RemoteProbe(NodeLink link, string name) : ReadinessProbe
{
    public override string Description => link.Trouble ?? link.Look(name)?.Status.WaitsFor ?? $"it to be ready on {link.Host}";

    public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => ValueTask.FromResult(IsReady(service));

    internal override bool IsLost(SupervisedService service) => !IsReady(service);

    private static bool IsReady(SupervisedService service) => service.Service is RemoteService { IsReadyThere: true };
}

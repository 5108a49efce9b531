using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Life;

public sealed class MemoryFleetLifeTests : FleetLifeContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";

    private protected override Task<IFleetClient> ClientAsync(RunningFleet fleet) => Task.FromResult<IFleetClient>(new OwnClient(fleet));
}

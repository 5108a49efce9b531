using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Life;

[Collection(RedisCollection.Name)]
public sealed class RedisFleetLifeTests(RedisServer server) : FleetLifeContract
{
    protected override string Url => server.Url;

    private protected override Task<IFleetClient> ClientAsync(RunningFleet fleet) => KombuClient.StartAsync(fleet);
}

using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Life;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqFleetLifeTests(RabbitMqServer server) : FleetLifeContract
{
    protected override string Url => server.Url;

    private protected override Task<IFleetClient> ClientAsync(RunningFleet fleet) => KombuClient.StartAsync(fleet);
}

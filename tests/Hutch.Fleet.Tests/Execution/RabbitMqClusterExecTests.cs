using System.Text.Json;

namespace Hutch.Fleet.Tests.Execution;

[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqClusterExecTests(RabbitMqServer server) : ClusterExecContract
{
    protected override string Url => server.Url;

    protected override Task<JsonElement> CallAsync(string method, object parameters) => CallByKombuAsync(method, parameters);
}

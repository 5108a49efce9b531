using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Storage;

/// <summary>Which engine holds which records is configuration; one service holds them in etcd, Redis and SQLite at once.</summary>
[Collection(RedisCollection.Name)]
public sealed class EngineTests(RedisServer redis, EtcdServer etcd) : IClassFixture<EtcdServer>
{
    [Fact]
    public async Task Records_stand_where_the_configuration_says()
    {
        using var folder = new TemporaryFolder();
        var handlers = HandlerOptions.Read(JsonNode.Parse($$"""
            [
              { "type": "commissaire.storage.etcd", "server_url": "{{etcd.Url}}", "models": ["Host", "Cluster*"] },
              { "type": "redis", "name": "shared", "server_url": "{{redis.Url}}", "models": ["Network"] },
              { "type": "sqlite", "models": ["HostCreds", "HostOutput", "ContainerManager*", "Watcher*"] }
            ]
            """), $"sqlite://{folder["records.db"]}");
        await using var storage = await RunningStorage.StartAsync($"memory://{Guid.NewGuid():N}", handlers);

        foreach (var address in (string[])["10.0.0.2", "10.0.0.1"])
            await storage.Records.SaveAsync(new Host { Address = address, Os = "debian" });
        await storage.Records.SaveAsync(new ClusterUpgrade { Name = "c", Status = "finished", Upgraded = ["10.0.0.1"] });
        await storage.Records.SaveAsync(new ClusterRestart { Name = "c", Status = "failed" });
        await storage.Records.SaveAsync(new Network { Name = "n" });

        Assert.Equal(["10.0.0.1", "10.0.0.2"], (await storage.Records.ListAsync<Host>()).Select(h => h.Address));
        Assert.Equal(["10.0.0.1"], Assert.Single(await storage.Records.ListAsync<ClusterUpgrade>()).Upgraded);
        await storage.Records.DeleteAsync<Host>("10.0.0.1");
        await Assert.ThrowsAsync<StorageLookupException>(() => storage.Records.GetAsync<Host>("10.0.0.1"));

        // Seen by etcd's own client, and by a store of its own.
        Assert.Contains("\"os\":\"debian\"", await EtcdAsync("/commissaire/hosts/10.0.0.2"));
        Assert.Equal("", await EtcdAsync("/commissaire/hosts/10.0.0.1"));
        await using var store = Hutch.Store.Stores.Open(redis.Url);
        Assert.Contains("/commissaire/networks/n", await store.KeysAsync("/commissaire/*"));
        Assert.True(await store.DeleteAsync("/commissaire/networks/n"));
        var shown = await storage.Bus.CallAsync("storage.list_store_handlers");
        Assert.Equal(["EtcdStoreHandler", "RedisStoreHandler", "SqliteStoreHandler"], shown.EnumerateArray().Select(h => h.GetProperty("handler_type").GetString()));
    }

    [Fact]
    public async Task An_etcd_that_is_away_is_an_error_that_names_it_and_the_service_goes_on()
    {
        using var folder = new TemporaryFolder();
        var handlers = HandlerOptions.Read(JsonNode.Parse("""[{ "type": "etcd", "server_url": "http://127.0.0.1:1", "models": ["Host"] }, { "type": "sqlite", "models": ["HostCreds", "HostOutput", "C*", "N*", "W*"] }]"""), $"sqlite://{folder["records.db"]}");
        await using var storage = await RunningStorage.StartAsync($"memory://{Guid.NewGuid():N}", handlers);

        var error = await Assert.ThrowsAsync<RpcException>(() => storage.Records.GetAsync<Host>("10.0.0.1"));

        Assert.Contains("http://127.0.0.1:1", error.Message);
        Assert.Empty(await storage.Records.ListAsync<Network>());
    }

    [Theory]
    [InlineData("""[{ "type": "sqlite", "models": ["Host"] }]""", "no store handler")]
    [InlineData("""[{ "type": "sqlite" }, { "type": "redis", "models": ["Host"] }]""", "sqlite and redis")]
    [InlineData("""[{ "type": "floppy" }]""", "floppy")]
    [InlineData("""["etcd"]""", "storage_handlers[0]")]
    [InlineData("""[{ "type": "etcd", "server_url": "127.0.0.1" }]""", "not a URL of etcd")]
    public void A_wrong_configuration_says_what_is_wrong(string json, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => new RecordHandlers(HandlerOptions.Read(JsonNode.Parse(json), "sqlite:///tmp/never.db"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));

        Assert.Contains(message, error.Message);
    }

    private async Task<string> EtcdAsync(string key)
    {
        using var client = new HttpClient();
        var asked = new JsonObject { ["key"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(key)) };
        using var answer = await client.PostAsync($"{etcd.Url}/v3/kv/range", new StringContent(asked.ToJsonString()));
        var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["kvs"]?[0]?["value"]?.GetValue<string>();
        return found is null ? "" : System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(found));
    }
}

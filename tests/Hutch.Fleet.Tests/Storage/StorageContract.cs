using System.Text.Json;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Storage;

/// <summary>What the storage service does on every bus.</summary>
public abstract class StorageContract
{
    protected const string PrivateKey = "UExBTlRFRC1QUklWQVRFLUtFWQ==";

    protected abstract string Url { get; }

    [Fact]
    public async Task Records_are_saved_found_listed_and_deleted_and_each_change_is_told()
    {
        await using var storage = await RunningStorage.StartAsync(Url);
        var told = new List<string>();
        await using var listening = await storage.Records.ListenAsync<Host>((change, host) =>
        {
            lock (told)
                told.Add($"{change} {host.Address} {host.Status}");
            return default;
        });

        Assert.Empty(await storage.Records.ListAsync<Host>());
        await storage.Records.SaveAsync(new Host { Address = "10.0.0.2", Cpus = 4 });
        await storage.Records.SaveAsync(new Host { Address = "10.0.0.1" });
        var updated = await storage.Records.UpdateAsync<Host>(new { address = "10.0.0.2", status = HostStatus.Active });
        Assert.Equal((4, "active"), (updated.Cpus, updated.Status));
        Assert.Equal(updated, (await storage.Records.GetAsync<Host>("10.0.0.2")) with { Facts = updated.Facts });
        Assert.Equal(["10.0.0.1", "10.0.0.2"], (await storage.Records.ListAsync<Host>()).Select(h => h.Address));
        await storage.Records.DeleteAsync<Host>("10.0.0.2");
        Assert.Null(await storage.Records.FindAsync<Host>("10.0.0.2"));

        var missing = await Assert.ThrowsAsync<StorageLookupException>(() => storage.Records.DeleteAsync<Host>("10.0.0.2"));
        Assert.Equal("Key not found : /commissaire/hosts/10.0.0.2", missing.Message);
        string[] expected = ["created 10.0.0.2 ", "created 10.0.0.1 ", "updated 10.0.0.2 active", "deleted 10.0.0.2 active"];
        await Eventually.TrueAsync(() =>
        {
            lock (told)
                return told.Count == expected.Length;
        }, "four changes are told");
        Assert.Equal(expected, told);
    }

    [Fact]
    public async Task A_kombu_client_finds_the_method_names_and_shapes_of_the_deployed_service()
    {
        await using var storage = await RunningStorage.StartAsync(Url);
        using var kombu = await PythonPeer.StartAsync("kombu_caller.py", Url, storage.Exchange, "--durable-replies");

        var saved = await ResultAsync("save", new { model_type_name = "Cluster", model_json_data = new { name = "c1", hostset = new[] { "10.0.0.1" } } });
        Assert.Equal("""{"name":"c1","status":"","network":"default","hostset":["10.0.0.1"],"container_manager":""}""", JsonSerializer.Serialize(saved));
        var text = await ResultAsync("save", new { model_type_name = "Network", model_json_data = """{"name": "n", "options": {"address": "10.0.0.9"}}""" });
        Assert.Equal("""{"name":"n","type":"flannel_etcd","options":{"address":"10.0.0.9"}}""", JsonSerializer.Serialize(text));
        var many = await ResultAsync("save", new { model_type_name = "Host", model_json_data = new[] { new { address = "10.0.0.1", os = "debian" }, new { address = "10.0.0.2", os = "fedora" } } });
        Assert.Equal(["debian", "fedora"], many.EnumerateArray().Select(h => h.GetProperty("os").GetString()));
        var found = await ResultAsync("get", new { model_type_name = "Host", model_json_data = new { address = "10.0.0.2" } });
        foreach (var attribute in (string[])["address", "status", "os", "cpus", "memory", "space", "last_check", "source"])
            Assert.True(found.TryGetProperty(attribute, out _), attribute);
        var hosts = await ResultAsync("list", new { model_type_name = "Hosts" });
        Assert.Equal(["10.0.0.1", "10.0.0.2"], hosts.EnumerateArray().Select(h => h.GetProperty("address").GetString()));
        var positional = await ResultAsync("get", new object[] { "Cluster", new { name = "c1" } });
        Assert.Equal("c1", positional.GetProperty("name").GetString());
        var handlers = (await ResultAsync("list_store_handlers", new { }))[0];
        Assert.Equal("SqliteStoreHandler", handlers.GetProperty("handler_type").GetString());
        Assert.Equal(12, handlers.GetProperty("model_types").GetArrayLength());

        Assert.Equal(JsonValueKind.Null, (await ResultAsync("delete", new { model_type_name = "Host", model_json_data = new { address = "10.0.0.2" } })).ValueKind);
        var lookup = await ErrorAsync("get", new { model_type_name = "Host", model_json_data = new { address = "10.9.9.9" } });
        Assert.Equal((-20000, "(-20000) Key not found : /commissaire/hosts/10.9.9.9"), (lookup.GetProperty("code").GetInt32(), lookup.GetProperty("message").GetString()));
        Assert.Equal("""{"model_json_data":[{"address":"10.9.9.9"}],"model_type_name":"Host"}""", JsonSerializer.Serialize(lookup.GetProperty("data")));
        var invalid = await ErrorAsync("save", new { model_type_name = "Host", model_json_data = new { address = "h", cpus = "four" } });
        Assert.Equal((-32600, "('Host instance is invalid due to 1 errors.', [\"Host.cpus: Expected type <class 'int'>. Got <class 'str'>\"])"), (invalid.GetProperty("code").GetInt32(), invalid.GetProperty("message").GetString()));
        var unknown = await ErrorAsync("get", new { model_type_name = "Nope", model_json_data = new { } });
        Assert.Equal(-32600, unknown.GetProperty("code").GetInt32());
        Assert.Contains("'Nope'", unknown.GetProperty("message").GetString());
        var halfGood = await ErrorAsync("save", new { model_type_name = "Host", model_json_data = new object[] { new { address = "good" }, new { address = 1 } } });
        Assert.Equal(-32600, halfGood.GetProperty("code").GetInt32());
        Assert.Equal(-20000, (await ErrorAsync("get", new { model_type_name = "Host", model_json_data = new { address = "good" } })).GetProperty("code").GetInt32());

        async Task<JsonElement> ResultAsync(string method, object parameters)
        {
            var answer = await kombu.AskAsync(new { key = $"storage.{method}", @params = parameters });
            return answer.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.ToString());
        }

        async Task<JsonElement> ErrorAsync(string method, object parameters) =>
            (await kombu.AskAsync(new { key = $"storage.{method}", @params = parameters })).GetProperty("error");
    }

    [Fact]
    public async Task Secrets_are_sealed_in_the_store_and_on_the_bus_and_stand_in_no_list()
    {
        await using var storage = await RunningStorage.StartAsync(Url);
        await using var tap = await Tap.StartAsync(Url, storage.Exchange);
        var options = new System.Text.Json.Nodes.JsonObject { ["server_url"] = "https://k8s:6443", ["token"] = storage.Seal.Seal("planted-token") };
        await storage.Records.SaveAsync(new HostCreds { Address = "10.0.0.1", SshPrivKey = storage.Seal.Seal(PrivateKey) });
        await storage.Records.SaveAsync(new ContainerManagerConfig { Name = "k", Type = "kubernetes", Options = options });

        var creds = await storage.Records.GetAsync<HostCreds>("10.0.0.1");
        Assert.Equal(PrivateKey, storage.Seal.Open(creds.SshPrivKey));
        var listed = Assert.Single(await storage.Records.ListAsync<ContainerManagerConfig>());
        Assert.Equal("***", (string?)listed.Options["token"]);
        await Assert.ThrowsAsync<RpcException>(() => storage.Bus.CallAsync("storage.list", new { model_type_name = "HostCreds" }));
        // What was listed is saved again: the secret stays.
        await storage.Records.SaveAsync(listed);
        var kept = await storage.Records.GetAsync<ContainerManagerConfig>("k");
        Assert.Equal("planted-token", storage.Seal.Open((string)kept.Options["token"]!));

        await Eventually.TrueAsync(() => tap.Messages.Any(m => m.Key == "notify.storage.ContainerManagerConfig.updated"), "the change is told");
        Assert.DoesNotContain(tap.Messages, m => m.Key.StartsWith("notify.storage.HostCreds", StringComparison.Ordinal));
        Assert.DoesNotContain(tap.Messages, m => m.Body.Contains(PrivateKey) || m.Body.Contains("planted-token"));
        Assert.Contains(tap.Messages, m => m.Body.Contains(SecretSeal.Mark));
        Assert.Equal([], FilesWith(storage.Folder, PrivateKey));
        Assert.Equal([], FilesWith(storage.Folder, "planted-token"));
        Assert.NotEmpty(FilesWith(storage.Folder, "server_url"));
    }

    [Fact]
    public async Task A_plain_secret_of_a_deployed_client_is_sealed_and_given_back_plain_only_where_that_is_configured()
    {
        await using var storage = await RunningStorage.StartAsync(Url, plainSecrets: true);
        using var kombu = await PythonPeer.StartAsync("kombu_caller.py", Url, storage.Exchange, "--durable-replies");

        await kombu.AskAsync(new { key = "storage.save", @params = new { model_type_name = "HostCreds", model_json_data = new { address = "h", ssh_priv_key = PrivateKey } } });
        var answer = await kombu.AskAsync(new { key = "storage.get", @params = new { model_type_name = "HostCreds", model_json_data = new { address = "h" } } });

        Assert.Equal($$"""{"address":"h","ssh_priv_key":"{{PrivateKey}}","remote_user":"root"}""", JsonSerializer.Serialize(answer.GetProperty("result")));
        Assert.Equal([], FilesWith(storage.Folder, PrivateKey));
    }

    private static IEnumerable<string> FilesWith(string folder, string text) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => File.ReadAllBytes(file).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0);
}

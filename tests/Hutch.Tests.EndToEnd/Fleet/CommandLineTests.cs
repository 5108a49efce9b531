using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Fleet;

/// <summary>A cluster is looked after from the command line, by programs in processes of their own; what is secret is looked for everywhere meanwhile.</summary>
public sealed class CommandLineTests
{
    private const string Token = "planted-rest-token-0123456789abcdef";
    private const string ManagerToken = "planted-manager-token-57";
    private const string Passphrase = "planted passphrase of a registry";

    [Fact]
    public async Task Hosts_are_added_watched_and_worked_on_and_no_secret_shows_anywhere()
    {
        using var secrets = new Secrets(ManagerToken, Passphrase, Token);
        await using var fleet = await FleetExample.StartAsync(3, WriteTokens, secrets.Watch);
        secrets.Add(fleet.Hosts.SelectMany(h => Secrets.OfKey(h.KeyFile)));

        await fleet.AddHostsAsync("c");
        await SaveManagerAsync(fleet);
        string[] addresses = [.. fleet.Hosts.Select(h => h.Address)];
        using (var watch = fleet.Begin("watch", "--json"))
        {
            watch.WaitForOutput($"created.*{addresses[2]}.*disassociated");
            await fleet.Hosts[2].SetNetworkAsync(false);
            watch.WaitForOutput($"updated.*{addresses[2]}.*failed.*does not answer");
            await fleet.Hosts[2].SetNetworkAsync(true);
            watch.WaitForOutput($"updated.*{addresses[2]}.*disassociated.*\n");
            watch.Signal(ChildProcess.SigInt);
            Assert.Equal(0, watch.WaitForExit());
            fleet.Note(watch);
        }

        using (var exec = fleet.Fleet("exec", "c", "--batch", "2", "--", "echo", "on $(hostname)"))
        {
            exec.Succeed();
            foreach (var host in fleet.Hosts)
                Assert.Contains($"{host.Address} | on {(await host.InsideAsync("hostname")).Trim()}\n", exec.Output);
            Assert.Contains("run of cluster c is finished: 3 of 3 hosts are done", exec.Errors);
        }
        var shown = fleet.FleetJson("exec", "c", "--check", "true", "--", "echo one; echo two >&2");
        Assert.Equal("finished", (string?)shown["status"]);
        Assert.All(addresses, a => Assert.Equal(("done", "one\ntwo\n"), ((string?)shown["hosts"]![a]!["state"], (string?)shown["hosts"]![a]!["output"])));
        using (var exec = fleet.Fleet("exec", "c", "--", "exit 3"))
        {
            Assert.Equal(1, exec.WaitForExit());
            Assert.Contains($"{addresses[0]}: failed: exit code 3", exec.Errors);
        }
        fleet.Fleet("upgrade", "c", "--batch", "3").Succeed().Dispose();
        using (var deploy = fleet.Fleet("deploy", "c", "1.2.3", "--batch", "3"))
            Assert.Contains($"{addresses[0]} | deployed 1.2.3", deploy.Succeed().Output);

        await fleet.Hosts[1].InsideAsync("touch", "/run/broken");
        using (var restart = fleet.Fleet("restart", "c"))
        {
            Assert.Equal(1, restart.WaitForExit());
            Assert.Contains($"{addresses[0]}: done", restart.Errors);
            Assert.Contains($"restart of cluster c is failed: 1 of 3 hosts are done; {addresses[1]}: exit code 1", restart.Errors);
            Assert.DoesNotContain(addresses[2], restart.Errors);
        }

        using (var exec = fleet.Begin("exec", "c", "--", "echo begun; sleep 4321"))
        {
            exec.WaitForOutput($"{addresses[0]}: running");
            exec.Signal(ChildProcess.SigInt);
            Assert.Equal(130, exec.WaitForExit());
            Assert.Contains($"{addresses[0]}: killed", exec.Errors);
            Assert.Contains("run of cluster c is killed: 0 of 3 hosts are done", exec.Errors);
            fleet.Note(exec);
        }
        Assert.Equal("", await fleet.Hosts[0].InsideAsync("sh", "-c", "pgrep -f '^sleep 4321' || true"));
        var operations = fleet.FleetJson("operations", "list").AsArray();
        Assert.Equal(["killed", "failed", "finished", "finished", "failed", "finished", "finished"], operations.Select(o => (string?)o!["status"]));

        var answers = await AnswersAsync(fleet, (string)operations[^1]!["name"]!);
        fleet.Fleet("clusters", "remove", "c").Succeed().Dispose();
        foreach (var address in addresses)
            fleet.Fleet("hosts", "remove", address).Succeed().Dispose();
        Assert.Empty(fleet.FleetJson("hosts", "list").AsArray());

        Assert.Empty(secrets.InProcesses);
        Assert.True(secrets.Processes > 100, $"{secrets.Processes} looks");
        Assert.Contains("sealed:", secrets.Bus);
        Assert.Empty(secrets.In(secrets.Bus));
        Assert.True(fleet.Told.Count(told => told.Contains(" dbug ", StringComparison.Ordinal)) >= 3);
        Assert.All(fleet.Told, told => Assert.Empty(secrets.In(told)));
        Assert.All(answers, answer => Assert.Empty(secrets.In(answer)));
        Assert.Empty(secrets.InFiles(fleet.Folder));
        // And they would be found: in the file with the key, and in the record as a deployed client sends it.
        Assert.Equal([3], secrets.In(await File.ReadAllTextAsync(fleet.Hosts[0].KeyFile)));
        Assert.Equal([4], secrets.In(fleet.Hosts[0].PrivateKey));
    }

    private static string WriteTokens(TemporaryFolder folder)
    {
        File.WriteAllText(folder["tokens"], $"operator somebody {Token}\n");
        using (var chmod = ChildProcess.Start("chmod", ["600", folder["tokens"]]))
            chmod.Succeed();
        return folder["tokens"];
    }

    // The client seals, as those of Hutch do.
    private static async Task SaveManagerAsync(FleetExample fleet)
    {
        await using var bus = BusConnection.Open(fleet.Bus);
        // Each program logs this where only developers see it: the level is the one that is meant.
        await bus.Transport.DeclareExchangeAsync(new ExchangeDeclaration("hutch.control", ExchangeType.Fanout, AutoDelete: true));
        await bus.Transport.PublishAsync("hutch.control", "", MessageProperties.None, "no JSON"u8.ToArray());
        var seal = fleet.Seal();
        await new StorageClient(bus).SaveAsync(new ContainerManagerConfig
        {
            Name = "k", Type = "kubernetes",
            Options = new JsonObject { ["server_url"] = "https://127.0.0.1:1", ["token"] = seal.Seal(ManagerToken), ["registry"] = new JsonObject { ["passphrase"] = seal.Seal(Passphrase) } },
        });
    }

    // All that a REST client can ask about the fleet, also of the records themselves.
    private static async Task<List<string>> AnswersAsync(FleetExample fleet, string operation)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"{fleet.Rest}/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var answers = new List<string>();
        foreach (var path in (string[])["fleet", "fleet/hosts", $"fleet/hosts/{fleet.Hosts[0].Address}", $"fleet/operations/{operation}/output/{fleet.Hosts[0].Address}", "bus/services", "bus/services/storage", "audit", "clients", "services", "requests"])
            answers.Add(await (await client.GetAsync(path)).Content.ReadAsStringAsync());
        foreach (var (method, parameters) in new[]
        {
            ("get", $$$"""{"model_type_name": "HostCreds", "model_json_data": {"address": "{{{fleet.Hosts[0].Address}}}"}}"""), ("get", """{"model_type_name": "ContainerManagerConfig", "model_json_data": {"name": "k"}}"""),
            ("list", """{"model_type_name": "ContainerManagerConfigs"}"""), ("list", """{"model_type_name": "HostCreds"}"""), ("list_store_handlers", "{}"),
        })
        {
            using var body = new StringContent(parameters, Encoding.UTF8, "application/json");
            answers.Add(await (await client.PostAsync($"bus/services/storage/{method}", body)).Content.ReadAsStringAsync());
        }
        Assert.Contains(answers, a => a.Contains(fleet.Hosts[0].Address, StringComparison.Ordinal));
        Assert.Contains(answers, a => a.Contains("sealed:", StringComparison.Ordinal));
        return answers;
    }
}

using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Investigation;
using Hutch.Fleet.Records;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Investigation;

/// <summary>New hosts, each with a network and an SSH server of its own, are found out about and made nodes.</summary>
public sealed class InvestigatorTests
{
    private static string Url => $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task A_host_and_one_behind_it_are_investigated_and_made_nodes()
    {
        await using var host = await TestHost.StartAsync();
        await using var behind = await TestHost.StartAsync(host);
        await using var fleet = await RunningFleet.StartAsync(Url);
        using var package = new TemporaryFolder();
        File.WriteAllText(package["Hutch.Cli"], "#!/bin/sh\necho 1.2.3\n");
        await TestHost.RunAsync("chmod", "755", package["Hutch.Cli"]);
        await fleet.StartInvestigatorAsync(new InvestigatorOptions { Bootstrap = new BootstrapOptions { Folder = package.Path, Commands = ["echo ready >/run/hutch-ready"] } });
        await fleet.AddAsync(host);
        await fleet.AddAsync(behind, jump: host);
        var states = new List<string>();
        await using var listening = await fleet.Storage.Records.ListenAsync<Host>((_, told) =>
        {
            lock (states)
                states.Add($"{told.Address} {told.Status}");
            return default;
        });

        foreach (var one in (TestHost[])[host, behind])
        {
            var answer = await fleet.Storage.Bus.CallAsync<string>("jobs.investigate", new { address = one.Address });
            var returned = System.Text.Json.JsonSerializer.Deserialize<Host>(answer, BusJson.Options)!;
            Assert.Equal((one.Address, HostStatus.Disassociated), (returned.Address, returned.Status));
        }

        var record = await fleet.Storage.Records.GetAsync<Host>(behind.Address);
        Assert.Equal(Environment.ProcessorCount, record.Cpus);
        Assert.Equal("debian", record.Os);
        Assert.True(record.Memory > 100 && record.Space > 1 << 20, $"{record.Memory} MB, {record.Space} bytes");
        Assert.Equal(behind.HostKey, record.HostKey);
        Assert.Equal("1.2.3", (string?)record.Facts["hutch"]);
        Assert.InRange((double)record.Facts["clock_offset_s"]!, -0.1, 0.1);
        Assert.Contains(record.Facts["network"]!.AsArray(), n => (string?)n!["name"] == "eth0" && n["addresses"]!.AsArray().Any(a => ((string)a!).StartsWith(behind.Address, StringComparison.Ordinal)));
        Assert.Equal("ready", (await behind.InsideAsync("cat", "/run/hutch-ready")).Trim());
        Assert.Equal("1.2.3", (await behind.InsideAsync("/usr/local/bin/hutch")).Trim());
        Assert.False(File.Exists("/run/hutch-ready"));
        await Eventually.TrueAsync(() =>
        {
            lock (states)
                return new[] { "investigating", "bootstrapping", "disassociated" }.All(s => states.Contains($"{behind.Address} {s}"));
        }, "each state is told");
        Assert.DoesNotContain(fleet.Log, line => line.Contains(host.PrivateKey, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_changed_its_key_does_not_answer_or_refuses_ours_is_failed_with_the_reason()
    {
        await using var host = await TestHost.StartAsync();
        await using var other = await TestHost.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartInvestigatorAsync(new InvestigatorOptions { ConnectTimeoutS = 2, Tries = 2, TryPauseS = 0.1, Bootstrap = new BootstrapOptions { Commands = ["echo no such luck >&2; exit 3"] } });

        await fleet.AddAsync(host, key: other.PrivateKey);
        Assert.Contains("refuses the login", await ReasonAsync());
        await fleet.AddAsync(host);
        Assert.Contains("exit code 3: no such luck", await ReasonAsync());
        await fleet.Storage.Records.UpdateAsync<Host>(new { address = host.Address, host_key = other.HostKey });
        Assert.Contains($"is {host.HostKey}, but was {other.HostKey}", await ReasonAsync());
        await host.SetNetworkAsync(false);
        Assert.Contains("does not answer", await ReasonAsync());
        await fleet.Storage.Records.DeleteAsync<HostCreds>(host.Address);
        Assert.Contains($"no private key of host {host.Address}", await ReasonAsync());

        async Task<string> ReasonAsync()
        {
            await Assert.ThrowsAsync<RpcException>(() => fleet.Storage.Bus.CallAsync("jobs.investigate", new { address = host.Address }));
            var record = await fleet.Storage.Records.GetAsync<Host>(host.Address);
            Assert.Equal(HostStatus.Failed, record.Status);
            return record.Reason;
        }
    }

    [Fact]
    public async Task A_strict_policy_refuses_a_key_that_is_not_known_and_takes_one_that_is()
    {
        await using var host = await TestHost.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.StartInvestigatorAsync(new InvestigatorOptions { HostKeyPolicy = HostKeyPolicy.Strict });
        await fleet.AddAsync(host);

        var refused = await Assert.ThrowsAsync<RpcException>(() => fleet.Storage.Bus.CallAsync("jobs.investigate", new { address = host.Address }));
        await fleet.Storage.Records.UpdateAsync<Host>(new { address = host.Address, host_key = host.HostKey });
        await fleet.Storage.Bus.CallAsync("jobs.investigate", new { address = host.Address });

        Assert.Contains($"{host.HostKey} and unknown", refused.Message);
    }
}

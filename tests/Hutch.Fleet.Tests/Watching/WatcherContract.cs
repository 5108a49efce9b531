using System.Diagnostics;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;
using Hutch.Fleet.Watching;
using Hutch.Services;

namespace Hutch.Fleet.Tests.Watching;

/// <summary>What watchers do on every bus.</summary>
public abstract class WatcherContract
{
    private protected static WatcherOptions Quick { get; } = new() { IntervalS = 0.5, RetryS = 0.2, Misses = 2, MaxIntervalS = 0.5, TimeoutS = 1, BeatS = 0.2 };

    protected abstract string Url { get; }

    [Fact]
    public async Task A_host_whose_network_is_cut_is_failed_in_time_and_comes_back_by_itself()
    {
        await using var host = await TestHost.StartAsync();
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Records.SaveAsync(host.Record() with { Status = HostStatus.Active });
        using var watcher = Start(fleet, Quick);
        await UntilAsync(fleet, host, h => h.LastCheck.Length > 0);

        await host.SetNetworkAsync(false);
        var watch = Stopwatch.StartNew();
        var failed = await UntilAsync(fleet, host, h => h.Status == HostStatus.Failed);
        // An interval, two checks of a second each, a retry between, and telling it.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 8);
        Assert.Equal("active", failed.StatusBefore);
        Assert.Contains($"{host.Address}:22 does not answer", failed.Reason);
        await host.SetNetworkAsync(true);
        var back = await UntilAsync(fleet, host, h => h.Status == HostStatus.Active);

        Assert.Equal(("", ""), (back.Reason, back.StatusBefore));
        watcher.Stop();
    }

    [Fact]
    public async Task Watchers_share_the_hosts_without_checking_one_twice_and_take_over_those_of_one_that_stops()
    {
        await using var hosts = new ManyHosts(100);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Bus.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = hosts.Addresses.Select(a => new { address = a, status = "active", ssh_port = hosts.Port }) });
        var options = Quick with { IntervalS = 1, MaxIntervalS = 10, TimeoutS = 2 };
        using var first = Start(fleet, options);
        using var second = Start(fleet, options);
        await Eventually.TrueAsync(() => first.Checks + second.Checks >= 400, "each host is checked four times");

        Assert.Equal((100, 2), (first.Hosts, second.Sharing));
        Assert.InRange(first.Checks, 80, 320);
        second.Stop();
        await Eventually.TrueAsync(() => first.Sharing == 1, "the first watcher is alone");
        var alone = Environment.TickCount64;
        await Eventually.TrueAsync(() => hosts.Asked.Where(a => a.At > alone).Select(a => a.Address).Distinct().Count() == 100, "the first watcher checks all");
        first.Stop();

        var gaps = hosts.Asked.GroupBy(a => a.Address).SelectMany(g => g.Zip(g.Skip(1), (a, b) => b.At - a.At)).ToList();
        Assert.All(gaps, gap => Assert.InRange(gap, 700, 8000));
    }

    private protected static Watcher Start(RunningFleet fleet, WatcherOptions options)
    {
        var watcher = new Watcher(fleet.Url, fleet.Options, options, fleet.Storage.Seal, fleet.Logger);
        // Two watchers are two processes: each a session of its own.
        new Hutch.Services.Scopes.Session("watcher").Add(watcher);
        watcher.Start();
        return watcher;
    }

    private static async Task<Host> UntilAsync(RunningFleet fleet, TestHost host, Func<Host, bool> condition)
    {
        Host? found = null;
        await Eventually.TrueAsync(async () => condition(found = await fleet.Storage.Records.GetAsync<Host>(host.Address)), TimeSpan.FromSeconds(30), () => $"the record is {found}");
        return found!;
    }
}

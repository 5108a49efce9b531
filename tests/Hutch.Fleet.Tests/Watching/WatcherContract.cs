using System.Diagnostics;
using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;
using Hutch.Fleet.Watching;
using Hutch.Services;

namespace Hutch.Fleet.Tests.Watching;

/// <summary>What watchers do on every bus.</summary>
public abstract class WatcherContract
{
    private static readonly WatcherOptions Quick = new() { IntervalS = 0.5, RetryS = 0.2, Misses = 2, MaxIntervalS = 0.5, TimeoutS = 1, BeatS = 0.2 };

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

    [Fact]
    public async Task Many_hosts_that_stop_answering_are_told_with_the_reason_and_a_deleted_one_stays_deleted()
    {
        await using var hosts = new ManyHosts(20);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Bus.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = hosts.Addresses.Select(a => new { address = a, status = "disassociated", ssh_port = hosts.Port }) });
        foreach (var address in hosts.Addresses.Take(10))
            hosts.Silent[address] = true;
        using var watcher = Start(fleet, Quick);
        await Eventually.TrueAsync(async () => (await fleet.Storage.Records.ListAsync<Host>()).Count(h => h.Status == HostStatus.Failed) == 10, TimeSpan.FromSeconds(30), () => "ten hosts are failed");

        await fleet.Storage.Records.DeleteAsync<Host>(hosts.Addresses[0]);
        var checks = watcher.Checks;
        await Eventually.TrueAsync(() => watcher.Checks > checks + 60, "the others are checked three times");
        watcher.Stop();

        var left = await fleet.Storage.Records.ListAsync<Host>();
        Assert.Equal(19, left.Count);
        Assert.Equal(9, left.Count(h => h.Status == HostStatus.Failed && h.Reason.Contains("hangs up") && h.StatusBefore == HostStatus.Disassociated));
    }

    [Fact]
    public async Task A_record_on_jobs_watcher_as_the_deployed_server_sends_it_has_the_host_checked_at_once()
    {
        await using var hosts = new ManyHosts(1);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Records.SaveAsync(new Host { Address = hosts.Addresses[0], Status = HostStatus.Active, SshPort = hosts.Port, LastCheck = RecordTime.Write(DateTimeOffset.UtcNow) });
        using var watcher = Start(fleet, Quick with { IntervalS = 3600, MaxIntervalS = 3600 });
        await Eventually.TrueAsync(() => watcher.Hosts == 1, "the host is known");
        foreach (var text in (string[])["{", "[1]", $$"""{"address": "{{hosts.Addresses[0]}}", "last_check": "2016-07-29T19:54:57.204671"}"""])
            await fleet.Storage.Bus.Transport.PublishAsync(fleet.Options.Exchange, "jobs.watcher", new MessageProperties { ContentType = "text/plain" }, System.Text.Encoding.UTF8.GetBytes(text));

        await Eventually.TrueAsync(() => watcher.Checks == 1, "the host is checked");
        watcher.Stop();
    }

    private static Watcher Start(RunningFleet fleet, WatcherOptions options)
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

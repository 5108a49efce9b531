using Hutch.Fleet.Tests.Support;
using Hutch.Fleet.Watching;

namespace Hutch.Fleet.Tests.Watching;

/// <summary>What watchers do on every bus.</summary>
public abstract class WatcherContract
{
    private protected static WatcherOptions Quick { get; } = new() { IntervalS = 0.5, RetryS = 0.2, Misses = 2, MaxIntervalS = 0.5, TimeoutS = 1, BeatS = 0.2 };

    protected abstract string Url { get; }

    [Fact]
    public async Task Watchers_share_the_hosts_without_checking_one_twice_and_take_over_those_of_one_that_stops()
    {
        await using var hosts = new ManyHosts(100);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Bus.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = hosts.Addresses.Select(a => new { address = a, status = "active", ssh_port = hosts.Port }) });
        var options = Quick with { IntervalS = 1, MaxIntervalS = 10, TimeoutS = 2 };
        using var first = fleet.StartWatcher(options);
        using var second = fleet.StartWatcher(options);
        await Eventually.TrueAsync(() => first.Checks + second.Checks >= 400, "each host is checked four times");

        Assert.Equal((100, 2), (first.Hosts, second.Sharing));
        Assert.InRange(first.Checks, 80, 320);
        second.Stop();
        await Eventually.TrueAsync(() => first.Sharing == 1, "the first watcher is alone");
        var alone = Environment.TickCount64;
        await Eventually.TrueAsync(() => hosts.Asked.Where(a => a.At > alone).Select(a => a.Address).Distinct().Count() == 100, "the first watcher checks all");
        first.Stop();

        // A late check only makes them fewer: no host may have more than the interval, with its jitter, has room for.
        Assert.All(hosts.Asked.GroupBy(a => a.Address), g => Assert.InRange(g.Count(), 4, ((g.Max(a => a.At) - g.Min(a => a.At)) / 900) + 2));
        var gaps = hosts.Asked.GroupBy(a => a.Address).SelectMany(g => g.Zip(g.Skip(1), (a, b) => b.At - a.At)).ToList();
        // Two that check the same host do so at any distance; one check that comes late on a busy machine makes the next seem early.
        Assert.All(gaps, gap => Assert.InRange(gap, 400, 8000));
    }
}

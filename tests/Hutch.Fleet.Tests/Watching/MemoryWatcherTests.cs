using Hutch.Bus.Transports;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;
using Hutch.Fleet.Watching;

namespace Hutch.Fleet.Tests.Watching;

public sealed class MemoryWatcherTests : WatcherContract
{
    protected override string Url { get; } = $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task Many_hosts_that_stop_answering_are_told_with_the_reason_and_a_deleted_one_stays_deleted()
    {
        await using var hosts = new ManyHosts(20);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Bus.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = hosts.Addresses.Select(a => new { address = a, status = "disassociated", ssh_port = hosts.Port }) });
        foreach (var address in hosts.Addresses.Take(10))
            hosts.Silent[address] = true;
        using var watcher = fleet.StartWatcher(Quick);
        await Eventually.TrueAsync(async () => (await fleet.Storage.Records.ListAsync<Host>()).Count(h => h.Status == HostStatus.Failed) == 10, TimeSpan.FromSeconds(30), () => "ten hosts are failed");

        await fleet.Storage.Records.DeleteAsync<Host>(hosts.Addresses[0]);
        var checks = watcher.Checks;
        await Eventually.TrueAsync(() => watcher.Checks > checks + 60, "the others are checked three times");
        watcher.Stop();

        var left = await fleet.Storage.Records.ListAsync<Host>();
        Assert.Equal(19, left.Count);
        Assert.Equal(9, left.Count(h => h.Status == HostStatus.Failed && h.Reason.Contains("closes the connection") && h.StatusBefore == HostStatus.Disassociated));
    }

    [Fact]
    public async Task A_record_on_jobs_watcher_as_the_deployed_server_sends_it_has_the_host_checked_at_once()
    {
        await using var hosts = new ManyHosts(1);
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.Storage.Records.SaveAsync(new Host { Address = hosts.Addresses[0], Status = HostStatus.Active, SshPort = hosts.Port, LastCheck = RecordTime.Write(DateTimeOffset.UtcNow) });
        using var watcher = fleet.StartWatcher(Quick with { IntervalS = 3600, MaxIntervalS = 3600 });
        await Eventually.TrueAsync(() => watcher.Hosts == 1, "the host is known");
        foreach (var text in (string[])["{", "[1]", $$"""{"address": "{{hosts.Addresses[0]}}", "last_check": "2016-07-29T19:54:57.204671"}"""])
            await fleet.Storage.Bus.Transport.PublishAsync(fleet.Options.Exchange, "jobs.watcher", new MessageProperties { ContentType = "text/plain" }, System.Text.Encoding.UTF8.GetBytes(text));

        await Eventually.TrueAsync(() => watcher.Checks == 1, "the host is checked");
        watcher.Stop();
    }
}

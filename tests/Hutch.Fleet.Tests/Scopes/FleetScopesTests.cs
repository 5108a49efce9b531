using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Fleet.Records;
using Hutch.Fleet.Scopes;
using Hutch.Fleet.Tests.Support;
using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Tests.Beamline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Fleet.Tests.Scopes;

/// <summary>Nodes and clusters that live by the records of a storage service.</summary>
public sealed class FleetScopesTests
{
    private const string Address = "10.9.8.7";

    private static string Url => $"memory://{Guid.NewGuid():N}";

    [Fact]
    public async Task Services_wait_while_their_host_has_failed_and_end_with_its_record_or_that_of_its_cluster()
    {
        await using var storage = await RunningStorage.StartAsync(Url);
        await storage.Records.SaveAsync(new Fleet.Records.Cluster { Name = "beamline" });
        await storage.Records.SaveAsync(new Host { Address = Address, Status = HostStatus.Failed });
        await storage.Records.SaveAsync(new Host { Address = "10.9.8.8", Status = HostStatus.Active });
        using var session = new Session("fleet scopes");
        using var scopes = FleetScopes.Open(storage.Url, exchange: storage.Exchange);
        var cluster = scopes.Cluster("beamline", session);
        var (first, second) = (scopes.Node(Address, cluster), scopes.Node("10.9.8.8", cluster));
        var (service, beside, dependant) = (new Ticker("ticker") { Scope = first }, new Ticker("beside") { Scope = second }, new Ticker("dependant") { Scope = cluster });
        dependant.DependsOn(service);
        service.Start();
        beside.Start();
        dependant.Start();
        await Eventually.TrueAsync(() => beside.Ticks > 3, "the service of the host that works is at work");
        Assert.Equal((0, ServiceState.Running), (service.Ticks, service.State));

        await storage.Records.UpdateAsync<Host>(new { address = Address, status = HostStatus.Active });
        await Eventually.TrueAsync(() => service.Ticks > 3, "it is at work when the host works again");
        await storage.Records.DeleteAsync<Host>(Address);
        await Eventually.TrueAsync(() => service.State == ServiceState.Stopped && dependant.State == ServiceState.Stopped, "it ends with the record, and what depends on it first");
        Assert.True(first.HasEnded);
        Assert.Equal(ServiceState.Running, beside.State);
        await storage.Records.DeleteAsync<Fleet.Records.Cluster>("beamline");
        await Eventually.TrueAsync(() => beside.State == ServiceState.Stopped, "all of the cluster ends with its record");
    }

    [Fact]
    public async Task A_beamline_file_lives_by_the_records_too()
    {
        var bus = Url;
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["beamline.json"], $$"""
            {
              "name": "recorded-{{Environment.ProcessId}}", "fleet": "{{bus}}",
              "clusters": [{ "name": "beamline", "nodes": [{ "name": "n", "host": "{{Address}}", "folder": "{{folder["there"]}}" }, { "name": "here" }] }],
              "services": [
                { "name": "there", "command": ["sleep", "100000"], "node": "n" },
                { "name": "user", "command": ["sleep", "100000"], "node": "here", "depends_on": ["there"] },
                { "name": "alone", "command": ["sleep", "100000"] }
              ]
            }
            """);
        await using var storage = await RunningStorage.StartAsync(bus);
        await storage.Records.SaveAsync(new Fleet.Records.Cluster { Name = "beamline" });
        await storage.Records.SaveAsync(new Host { Address = Address, Status = HostStatus.Failed });
        using var node = new Hutch.Tests.Beamline.Placement.HereAsNode();
        using var run = new BeamlineRun(BeamlineReader.Read(folder["beamline.json"], new NoPrograms()), new NoPrograms(), NullLoggerFactory.Instance, node,
            (url, logger) => FleetScopes.Open(url, logger, storage.Exchange));
        ServiceStatus Of(string name) => ServiceStatus.Of(run.Services.Single(s => s.Name == name));
        _ = run.Start(TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => Of("there").WaitsFor == "node n to be reachable" && Of("user").WaitsFor == "there to be ready" && Of("alone").Ready, "it waits for the host");
        Assert.Equal("created", Of("there").State);

        await storage.Records.UpdateAsync<Host>(new { address = Address, status = HostStatus.Active });
        await Eventually.TrueAsync(() => Of("there").Ready && Of("user").Ready, "all run");
        await storage.Records.DeleteAsync<Host>(Address);
        await Eventually.TrueAsync(() => Of("there").State == "stopped" && Of("user").State == "stopped" && Of("alone").Ready, "what was on the host has ended, and nothing else");
        Assert.Equal((false, false), (Of("there").Wanted, Of("user").Wanted));
    }

    [Fact]
    public async Task A_host_of_which_nothing_is_known_is_taken_to_work_and_one_without_a_record_is_not()
    {
        var record = new FollowedRecord(TimeSpan.FromMilliseconds(1));
        Assert.True(await record.IsReachableAsync(TestContext.Current.CancellationToken));
        Assert.Equal([false, false, false, true], new bool?[] { null, true, false, null }.Select(record.Know));
        Assert.False(await record.IsReachableAsync(TestContext.Current.CancellationToken));
    }

    private sealed class Ticker(string name) : Service(name)
    {
        private int _ticks;

        public int Ticks => Volatile.Read(ref _ticks);

        protected override TimeSpan? Iterate(CancellationToken stop)
        {
            Interlocked.Increment(ref _ticks);
            return TimeSpan.FromMilliseconds(5);
        }
    }
}

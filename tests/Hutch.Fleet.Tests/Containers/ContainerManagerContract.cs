using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>What container-manager does on every bus.</summary>
public abstract class ContainerManagerContract
{
    protected abstract string Url { get; }

    [Fact]
    public async Task Nodes_come_and_go_with_the_hosts_and_clusters_that_they_belong_to()
    {
        await using var fleet = await RunningFleet.StartAsync(Url);
        await fleet.AddManagerAsync("t", "trivial");
        var records = fleet.Storage.Records;
        foreach (var (address, status) in (ReadOnlySpan<(string, string)>)[("a", HostStatus.Disassociated), ("b", HostStatus.Disassociated), ("c", HostStatus.Failed), ("d", HostStatus.Disassociated)])
            records.SaveAsync(new Host { Address = address, Status = status }).GetAwaiter().GetResult();
        await records.SaveAsync(new Cluster { Name = "c1", ContainerManager = "t", Hostset = ["a", "c"] });
        await fleet.StartContainerManagerAsync();

        await NodesBecomeAsync("a");   // what changed while no service ran
        await records.UpdateAsync<Cluster>(new { name = "c1", hostset = new[] { "a", "b", "c" } });
        await NodesBecomeAsync("a", "b");
        Assert.Equal(HostStatus.Active, (await records.GetAsync<Host>("b")).Status);
        Assert.Equal(HostStatus.Failed, (await records.GetAsync<Host>("c")).Status);
        await fleet.ContainerAsync("register_node", new { container_manager_name = "t", address = "d" });
        await records.UpdateAsync<Cluster>(new { name = "c1", hostset = new[] { "b", "c" } });
        await NodesBecomeAsync("b", "d");
        await Eventually.TrueAsync(async () => (await records.GetAsync<Host>("a")).Status == HostStatus.Disassociated, TimeSpan.FromSeconds(10), () => "a is disassociated again");
        await records.DeleteAsync<Cluster>("c1");
        await NodesBecomeAsync("d");
        await records.DeleteAsync<Host>("d");
        await NodesBecomeAsync();

        async Task NodesBecomeAsync(params string[] expected)
        {
            IReadOnlyList<string> seen = [];
            await Eventually.TrueAsync(async () => (seen = await fleet.NodesAsync("t")).SequenceEqual(expected.Select(n => $"{n} ok")), TimeSpan.FromSeconds(15), () => $"{string.Join(", ", seen)} in place of {string.Join(", ", expected)}");
        }
    }
}

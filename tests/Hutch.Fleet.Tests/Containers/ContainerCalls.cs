using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Containers;
using Hutch.Fleet.Records;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Containers;

/// <summary>A fleet with a container-manager, and its methods.</summary>
internal static class ContainerCalls
{
    public static Task StartContainerManagerAsync(this RunningFleet fleet, string handlers = "[]") => fleet.StartAsync(new ContainerManagerService(fleet.Url, fleet.Options,
        new ContainerManagerOptions { SettleS = 0.1, RetryS = 0.3, ConnectTimeoutS = 5 }, ContainerManagers.Read(JsonNode.Parse(handlers)), fleet.Storage.Seal, fleet.Logger));

    public static Task AddManagerAsync(this RunningFleet fleet, string name, string type, string options = "{}") =>
        fleet.Storage.Records.SaveAsync(new ContainerManagerConfig { Name = name, Type = type, Options = JsonNode.Parse(options)!.AsObject() });

    public static Task<JsonElement> ContainerAsync(this RunningFleet fleet, string method, object parameters) => fleet.Storage.Bus.CallAsync($"container.{method}", parameters);

    public static async Task<string> RefusalAsync(this RunningFleet fleet, string method, object parameters) =>
        (await Assert.ThrowsAnyAsync<RpcException>(() => fleet.ContainerAsync(method, parameters))).Message;

    public static async Task<IReadOnlyList<string>> ContainersAsync(this RunningFleet fleet, string manager) =>
        [.. (await fleet.ContainerAsync("list_containers", new { container_manager_name = manager })).EnumerateArray()
            .Select(c => $"{c.GetProperty("name").GetString()} {c.GetProperty("node").GetString()} {c.GetProperty("state").GetString()} {c.GetProperty("exit_code")}".Trim())];

    public static async Task<IReadOnlyList<string>> NodesAsync(this RunningFleet fleet, string manager) =>
        [.. (await fleet.ContainerAsync("list_nodes", new { container_manager_name = manager })).EnumerateArray().Select(n => $"{n.GetProperty("node").GetString()} {n.GetProperty("status").GetString()}")];

    /// <summary>Waits until the containers are these.</summary>
    public static async Task ContainersBecomeAsync(this RunningFleet fleet, string manager, params string[] expected)
    {
        IReadOnlyList<string> seen = [];
        await Eventually.TrueAsync(async () => (seen = await fleet.ContainersAsync(manager)).SequenceEqual(expected), TimeSpan.FromSeconds(15), () => string.Join("; ", seen));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Investigation;

/// <summary>
/// Finds out about new hosts and makes them nodes: <c>jobs.investigate</c>, as Commissaire's investigator. The host's record says how far it is:
/// investigating, bootstrapping, disassociated or active, or failed with the reason.
/// </summary>
[BusError(typeof(UserErrorException))]
internal sealed partial class Investigator : BusService
{
    // A container manager may log in on the host, or ask a server far away.
    private static readonly CallOptions Patient = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly InvestigatorOptions _options;
    private readonly SecretSeal _seal;
    private readonly Bootstrap _bootstrap;

    /// <summary>Makes the service.</summary>
    public Investigator(string url, BusOptions bus, InvestigatorOptions options, SecretSeal seal, ILogger? logger = null)
        : base(url, new ServeOptions { Name = "investigator", Queues = [new BusQueue("investigator", "jobs.investigate")], Concurrency = options.Concurrency }, bus, logger)
    {
        (_options, _seal, _bootstrap) = (options, seal, new Bootstrap(options.Bootstrap));
    }

    /// <summary>Investigates a host, makes it a node, and registers it with the container manager of its cluster.</summary>
    /// <param name="address">The host; its record and its credentials must be stored.</param>
    /// <param name="clusterData">The cluster that it is to belong to, with container_manager.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The host's record as JSON text.</returns>
    public async Task<string> OnInvestigate(string address, JsonElement? clusterData = null, CancellationToken cancel = default)
    {
        var records = new StorageClient(Bus);
        var host = await records.GetAsync<Host>(address, cancel);
        try
        {
            host = await SaveAsync(records, new { address, status = HostStatus.Investigating, status_before = "", reason = "" });
            using var shell = await ConnectAsync(records, host, cancel);
            await RememberKeysAsync(records, shell);
            var facts = await HostFacts.GatherAsync(shell, cancel);
            var found = facts.ToJson();
            found["clock_offset_s"] = await ClockOffset.MeasureAsync(shell, cancel);
            await SaveAsync(records, new { address, status = HostStatus.Bootstrapping, os = facts.Os, cpus = facts.Cpus, memory = facts.Memory, space = facts.Space, facts = found });
            await _bootstrap.RunAsync(shell, cancel);
            await DiagnoseAsync(shell, found, cancel);
            host = await SaveAsync(records, new { address, status = HostStatus.Disassociated, last_check = RecordTime.Write(DateTimeOffset.UtcNow), facts = found });
            if (ManagerOf(clusterData) is { } manager)
            {
                await RegisterAsync(manager, address, cancel);
                host = await SaveAsync(records, new { address, status = HostStatus.Active });
            }
            LogDone(Logger, address, host.Status, host.Os, host.Cpus, host.Memory);
            return JsonSerializer.Serialize(host, BusJson.Options);
        }
        catch (Exception error) when (error is UserErrorException or RpcException or BusTimeoutException or BusUnroutableException or OperationCanceledException)
        {
            var reason = error is OperationCanceledException ? "the investigator stopped before it was done; investigate it again" : error.Message;
            LogFailed(Logger, address, reason);
            await SaveAsync(records, new { address, status = HostStatus.Failed, reason });
            throw error is OperationCanceledException ? error : new UserErrorException($"host {address} could not be made a node: {reason}", error);
        }
    }

    private async Task RegisterAsync(string manager, string address, CancellationToken cancel)
    {
        try
        {
            await Bus.CallAsync("container.register_node", new { container_manager_name = manager, address }, Patient, cancel);
        }
        catch (Exception error) when (error is BusUnroutableException or BusTimeoutException)
        {
            throw new UserErrorException($"it could not be registered with container manager {manager}: {error.Message}; start one with: hutch run container-manager", error);
        }
    }

    private async Task<HostShell> ConnectAsync(StorageClient records, Host host, CancellationToken cancel)
    {
        var hops = await new SshRoutes(records, _seal).ToAsync(host, cancel);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await HostShell.ConnectAsync(hops, _options.Ssh, cancel);
            }
            catch (HostUnreachableException error) when (error.MayPass && attempt < _options.Tries)
            {
                LogAgain(Logger, host.Address, error.Message, _options.TryPauseS);
                await Task.Delay(TimeSpan.FromSeconds(_options.TryPauseS), cancel);
            }
        }
    }

    private static async Task RememberKeysAsync(StorageClient records, HostShell shell)
    {
        foreach (var (address, key) in shell.HostKeys)
            await records.UpdateAsync<Host>(new { address, host_key = key }, existingOnly: true, CancellationToken.None);
    }

    // What doctor says is a fact, not a reason to fail: which of it matters depends on what will run there.
    private static async Task DiagnoseAsync(HostShell shell, JsonObject facts, CancellationToken cancel)
    {
        var answer = await shell.RunAsync("command -v hutch >/dev/null && hutch doctor --json", cancel);
        try
        {
            if (JsonNode.Parse(answer.Output) is JsonArray checks)
                facts["doctor"] = new JsonArray([.. checks.Where(c => (string?)c?["verdict"] is not "well").Select(c => c!.DeepClone())]);
        }
        catch (JsonException)
        {
            // It is not there, or a version without this.
        }
        if ((await shell.RunAsync("hutch --version", cancel)) is { ExitCode: 0 } version)
            facts["hutch"] = version.Output.Trim();
    }

    // The status of a host must be true even after the caller or this service has ended.
    private static Task<Host> SaveAsync(StorageClient records, object attributes) => records.UpdateAsync<Host>(attributes, existingOnly: true, CancellationToken.None);

    private static string? ManagerOf(JsonElement? cluster) =>
        cluster is { ValueKind: JsonValueKind.Object } given && given.TryGetProperty("container_manager", out var manager) && manager.GetString() is { Length: > 0 } name ? name : null;

    [LoggerMessage(1, LogLevel.Information, "host {Address} is {Status}: {Os}, {Cpus} processors, {Memory} MB")]
    private static partial void LogDone(ILogger logger, string address, string status, string os, int cpus, long memory);

    [LoggerMessage(2, LogLevel.Error, "host {Address} failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string address, string reason);

    [LoggerMessage(3, LogLevel.Warning, "host {Address}: {Reason}; retrying in {Seconds} s")]
    private static partial void LogAgain(ILogger logger, string address, string reason, double seconds);
}

using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Ssh;
using Hutch.Fleet.Storage;
using Microsoft.Extensions.Logging;

namespace Hutch.Fleet.Execution;

/// <summary>
/// An operation across a cluster, in batches: after each, the hosts must be well before the next begins. All that is done is in its record, so that
/// another executor can go on with it.
/// </summary>
internal sealed partial class OperationRun : IDisposable
{
    private static readonly TimeSpan StoragePause = TimeSpan.FromSeconds(1);

    private readonly ClusterExecOptions _options;
    private readonly StorageClient _records;
    private readonly SshRoutes _routes;
    private readonly ILogger _logger;
    private readonly Func<ClusterOperation, Task> _tell;
    private readonly CancellationTokenSource _kill = new();
    private readonly SemaphoreSlim _saving = new(1);
    private ClusterOperation _operation;

    /// <summary>Makes it.</summary>
    /// <param name="operation">The operation, new or begun.</param>
    /// <param name="options">How.</param>
    /// <param name="records">Where its record is.</param>
    /// <param name="routes">How hosts are reached.</param>
    /// <param name="tell">Called after each change that is worth publishing.</param>
    /// <param name="logger">Where it logs.</param>
    public OperationRun(ClusterOperation operation, ClusterExecOptions options, StorageClient records, SshRoutes routes, Func<ClusterOperation, Task> tell, ILogger logger) =>
        (_operation, _options, _records, _routes, _tell, _logger) = (operation, options, records, routes, tell, logger);

    /// <summary>Ends it: what runs is ended, what waits does not begin.</summary>
    public void Kill()
    {
        try
        {
            _kill.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Runs it to its end, unless <paramref name="stop"/> is set: then another executor goes on.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_kill.Token, stop);
        LogBegins(_logger, _operation.Name, _operation.Operation, _operation.Cluster, _operation.Hosts.Count);
        var failed = new List<string>();
        foreach (var batch in _operation.Hosts.Where(h => StateOf(h.Key) is not (HostState.Done or HostState.Failed)).Select(h => h.Key).ToList().Chunk(Math.Max(1, _operation.BatchSize)))
        {
            if (end.IsCancellationRequested)
                break;
            await Task.WhenAll(batch.Select(address => RunAsync(address, end.Token))).ConfigureAwait(false);
            if (stop.IsCancellationRequested && !_kill.IsCancellationRequested)
                return;
            if (batch.Any(address => StateOf(address) == HostState.Failed) && _operation.KeepGoing == 0)
                break;
        }
        failed.AddRange(_operation.Hosts.Select(h => h.Key).Where(address => StateOf(address) == HostState.Failed));
        var status = _kill.IsCancellationRequested ? OperationStatus.Killed : failed.Count > 0 ? OperationStatus.Failed : OperationStatus.Finished;
        var reason = failed.Count == 0 ? "" : string.Join("; ", failed.Select(address => $"{address}: {(string?)_operation.Hosts[address]!["reason"]}"));
        await ChangeAsync(o => o with { Status = status, Reason = reason, FinishedAt = RecordTime.Write(DateTimeOffset.UtcNow) }).ConfigureAwait(false);
        LogEnds(_logger, _operation.Name, status, reason);
    }

    public void Dispose()
    {
        _kill.Dispose();
        _saving.Dispose();
    }

    private string StateOf(string address) => (string?)_operation.Hosts[address]?["state"] ?? HostState.Waiting;

    private async Task RunAsync(string address, CancellationToken end)
    {
        try
        {
            var run = new HostRun(_operation, address, _options, _records, _routes, _kill.Token);
            var (exitCode, reason) = await run.RunAsync((string?)_operation.Hosts[address]?["boot_id"], (state, boot) => NoteAsync(address, host =>
            {
                host["state"] = state;
                host["boot_id"] = boot;
                host["started_at"] ??= RecordTime.Write(DateTimeOffset.UtcNow);
            }), end).ConfigureAwait(false);
            await NoteAsync(address, host =>
            {
                host["state"] = reason is null ? HostState.Done : HostState.Failed;
                host["exit_code"] = exitCode;
                host["reason"] = reason;
                host["finished_at"] = RecordTime.Write(DateTimeOffset.UtcNow);
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_kill.IsCancellationRequested)
        {
            await NoteAsync(address, host => host["state"] = HostState.Killed).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The executor stops; another one goes on from here.
        }
    }

    private Task NoteAsync(string address, Action<JsonObject> change) => ChangeAsync(operation =>
    {
        var hosts = operation.Hosts.DeepClone().AsObject();
        change(hosts[address]!.AsObject());
        return operation with { Hosts = hosts };
    });

    private async Task ChangeAsync(Func<ClusterOperation, ClusterOperation> change)
    {
        await _saving.WaitAsync().ConfigureAwait(false);
        try
        {
            _operation = change(_operation);
            while (true)
            {
                try
                {
                    // Not what others write: that it is to be killed.
                    await _records.UpdateAsync<ClusterOperation>(new { name = _operation.Name, hosts = _operation.Hosts, status = _operation.Status, reason = _operation.Reason, finished_at = _operation.FinishedAt }, existingOnly: true).ConfigureAwait(false);
                    break;
                }
                catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
                {
                    LogWaits(_logger, _operation.Name, error.Message);
                    await Task.Delay(StoragePause).ConfigureAwait(false);
                }
                catch (StorageLookupException)
                {
                    Kill();   // its record was deleted
                    break;
                }
            }
            await _tell(_operation).ConfigureAwait(false);
        }
        finally
        {
            _saving.Release();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Id}: starting {Operation} of cluster {Cluster} with {Hosts} hosts")]
    private static partial void LogBegins(ILogger logger, string id, string operation, string cluster, int hosts);

    [LoggerMessage(2, LogLevel.Information, "{Id} is {Status} {Reason}")]
    private static partial void LogEnds(ILogger logger, string id, string status, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Id} is waiting for the storage: {Message}")]
    private static partial void LogWaits(ILogger logger, string id, string message);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Hutch.Hosting;

namespace Hutch.Cli;

/// <summary>Begins an operation across a cluster and follows it to its end: states on standard error, what hosts print on standard output. Ctrl-C kills it, a second one leaves it.</summary>
internal sealed class FleetOperationRun : IDisposable
{
    private const int Interrupted = 130;

    // A notification may be lost; the record is not.
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(2);

    private readonly IBus _bus;
    private readonly StorageClient _records;
    private readonly bool _json;
    private readonly StopSignals _signals;
    private readonly Channel<ClusterOperation?> _told = Channel.CreateUnbounded<ClusterOperation?>();
    private readonly Dictionary<string, string> _states = [];
    private int _asked;
    private bool _kills;

    public FleetOperationRun(IBus bus, StorageClient records, bool json)
    {
        (_bus, _records, _json) = (bus, records, json);
        _signals = new StopSignals(() =>
        {
            Interlocked.Increment(ref _asked);
            _told.Writer.TryWrite(null);
        });
    }

    /// <summary>Runs it.</summary>
    /// <param name="call">The parameters of <c>jobs.clusterexec.run</c>.</param>
    /// <param name="later">Ends when it has begun.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(JsonObject call, bool later)
    {
        await using var listening = await _records.ListenAsync<ClusterOperation>((_, operation) =>
        {
            _told.Writer.TryWrite(operation);
            return default;
        });
        var operation = (await _bus.CallAsync("jobs.clusterexec.run", call)).Deserialize<ClusterOperation>(BusJson.Options)!;
        if (later)
        {
            Console.WriteLine(operation.Name);
            return 0;
        }
        Say($"{operation.Operation} {operation.Name} of cluster {operation.Cluster}: {operation.Hosts.Count} hosts, {operation.BatchSize} at a time");
        while (operation.FinishedAt.Length == 0)
        {
            await ShowAsync(operation);
            if (_asked > 1)
            {
                Say($"it continues; follow the progress with: hutch fleet operations show {operation.Name}");
                return Interrupted;
            }
            if (_asked == 1 && !_kills)
                await KillAsync(operation);
            operation = await NextAsync(operation);
        }
        await ShowAsync(operation);
        return await EndAsync(operation);
    }

    public void Dispose() => _signals.Dispose();

    private async Task KillAsync(ClusterOperation operation)
    {
        Say("killing it; press Ctrl-C again to stop waiting for it");
        try
        {
            await _bus.CallAsync("jobs.clusterexec.kill", new { id = operation.Name });
            _kills = true;
        }
        catch (RpcException error)
        {
            Say(error.Message);
            _kills = true;
        }
        catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
        {
            Say($"cluster-exec has not received it yet: {error.Message}");
        }
    }

    private async Task<ClusterOperation> NextAsync(ClusterOperation operation)
    {
        using var patience = new CancellationTokenSource(LookPause);
        try
        {
            while (true)
            {
                var told = await _told.Reader.ReadAsync(patience.Token);
                if (told is null)
                    return operation;
                if (told.Name == operation.Name)
                    return told;
            }
        }
        catch (OperationCanceledException)
        {
            try
            {
                return await _records.GetAsync<ClusterOperation>(operation.Name);
            }
            catch (StorageLookupException error)
            {
                throw new UserErrorException($"the record of operation {operation.Name} was deleted; that kills it", error);
            }
            catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
            {
                Say($"waiting for the storage: {error.Message}");
                return operation;
            }
        }
    }

    private async Task ShowAsync(ClusterOperation operation)
    {
        foreach (var (address, value) in operation.Hosts)
        {
            var state = (string?)value?["state"] ?? "";
            if (state == "waiting" || _states.GetValueOrDefault(address) == state)
                continue;
            _states[address] = state;
            if (!_json && state is "done" or "failed" or "killed")
                Print(address, await OutputAsync(operation, address));
            Say($"{address}: {state}{((string?)value?["reason"] is { Length: > 0 } reason ? $": {reason}" : "")}");
        }
    }

    private static void Print(string address, string output)
    {
        foreach (var line in output.TrimEnd('\n').Split('\n').Where((line, i) => i > 0 || line.Length > 0))
            Console.WriteLine($"{address} | {line.TrimEnd('\r')}");
    }

    private async Task<string> OutputAsync(ClusterOperation operation, string address) =>
        (await _records.FindAsync<HostOutput>(HostOutput.KeyOf(operation.Name, address)))?.Text ?? "";

    private async Task<int> EndAsync(ClusterOperation operation)
    {
        if (_json)
        {
            var shown = JsonSerializer.SerializeToNode(operation, BusJson.Options)!;
            foreach (var (address, host) in shown["hosts"]!.AsObject())
                host!["output"] = await OutputAsync(operation, address);
            FleetCall.PrintJson(shown);
        }
        var done = operation.Hosts.Count(h => (string?)h.Value?["state"] == "done");
        Say($"{operation.Operation} of cluster {operation.Cluster} is {operation.Status}: {done} of {operation.Hosts.Count} hosts are done{(operation.Reason.Length > 0 ? $"; {operation.Reason}" : "")}");
        return operation.Status == "finished" ? 0 : _asked > 0 ? Interrupted : 1;
    }

    private static void Say(string line) => Console.Error.WriteLine(line);
}

using System.Collections.Concurrent;
using System.CommandLine;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Records;
using Hutch.Fleet.Storage;
using Hutch.Hosting;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary><c>hutch fleet watch</c>: the hosts with their status, live; where there is no terminal, a line a change.</summary>
internal static class FleetWatchCommand
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    // A notification may be lost.
    private static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(30);

    public static Command Create()
    {
        var cluster = new Option<string?>("--cluster") { Description = "Only the hosts of this cluster.", HelpName = "NAME" };
        var json = FleetCall.JsonOption("Print one JSON object per line: each host as it is, then each change of status or reason.");
        return FleetCall.CreateLong("watch", "Watch the hosts until Ctrl-C. Example: hutch fleet watch --cluster beamline", [cluster, json], async (options, _, records) =>
        {
            var only = options.GetValue(cluster) is { } name ? (await records.GetAsync<Cluster>(name)).Hostset.ToHashSet() : null;
            var live = !options.GetValue(json) && AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected;
            var watch = new Watch(only, live ? null : options.GetValue(json) ? PrintJson : Print);
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var signals = new StopSignals(() => stopped.TrySetResult());
            await using var listening = await records.ListenAsync<Host>((change, host) =>
            {
                watch.Take(change, host);
                return default;
            });
            watch.Set(await records.ListAsync<Host>());
            if (live)
                await AnsiConsole.Live(new Text("")).StartAsync(display => FollowAsync(records, watch, stopped.Task, () => display.UpdateTarget(TableOf(watch))));
            else
                await FollowAsync(records, watch, stopped.Task, () => { });
            return 0;
        });
    }

    private static async Task FollowAsync(StorageClient records, Watch watch, Task stopped, Action show)
    {
        var nextList = Environment.TickCount64 + (long)ListInterval.TotalMilliseconds;
        while (!stopped.IsCompleted)
        {
            show();
            await Task.WhenAny(stopped, Task.Delay(RefreshInterval));
            if (Environment.TickCount64 < nextList || stopped.IsCompleted)
                continue;
            nextList = Environment.TickCount64 + (long)ListInterval.TotalMilliseconds;
            try
            {
                watch.Set(await records.ListAsync<Host>());
            }
            catch (Exception error) when (error is BusTimeoutException or BusUnroutableException)
            {
                Console.Error.WriteLine($"hutch fleet watch: the storage does not answer; retrying: {error.Message}");
            }
        }
    }

    private static void PrintJson(string change, Host host) => Console.WriteLine(JsonSerializer.Serialize(
        new { time = RecordTime.Write(DateTimeOffset.UtcNow), change, address = host.Address, status = host.Status, last_check = host.LastCheck, reason = host.Reason }, BusJson.Options));

    private static void Print(string change, Host host) => Console.WriteLine(
        $"{DateTimeOffset.UtcNow:HH:mm:ss'Z'}  {host.Address}  {(change == "deleted" ? change : host.Status.Length > 0 ? host.Status : "new")}{(host.Reason.Length > 0 ? $"  {host.Reason.Split('\n')[0]}" : "")}");

    private static Table TableOf(Watch watch)
    {
        // Hosts that need attention come first.
        var hosts = watch.Hosts.OrderBy(h => h.Status != HostStatus.Failed).ThenBy(h => h.Address, StringComparer.Ordinal).ToList();
        var table = new Table().Border(TableBorder.Simple).AddColumns("address", "status", "last check", "reason");
        var room = Math.Max(1, AnsiConsole.Profile.Height - 7);
        foreach (var host in hosts.Take(room))
            table.AddRow(new Text(host.Address), new Text(host.Status, new Style(ColorOf(host.Status))), new Text(Age(host.LastCheck)), new Text(host.Reason.Split('\n')[0]));
        var counts = string.Join(", ", hosts.GroupBy(h => h.Status).OrderByDescending(g => g.Count()).Select(g => $"{g.Count()} {(g.Key.Length > 0 ? g.Key : "without a status")}"));
        return table.Caption($"{(hosts.Count > room ? $"{room} of " : "")}{hosts.Count} hosts: {counts}");
    }

    private static Color ColorOf(string status) => status switch
    {
        HostStatus.Active or HostStatus.Disassociated => Color.Green,
        HostStatus.Failed => Color.Red,
        _ => Color.Yellow,
    };

    private static string Age(string time) => RecordTime.Read(time) is { } then ? $"{Math.Max(0, (DateTimeOffset.UtcNow - then).TotalSeconds):0} s ago" : "";

    /// <summary>The hosts as they were last received. Safe for use by several threads.</summary>
    /// <param name="only">The hosts that count; null for all.</param>
    /// <param name="changed">Called for each change of a status or a reason, one at a time.</param>
    private sealed class Watch(HashSet<string>? only, Action<string, Host>? changed)
    {
        private readonly ConcurrentDictionary<string, Host> _hosts = new();
        private readonly Lock _gate = new();

        public ICollection<Host> Hosts => _hosts.Values;

        public void Set(IReadOnlyList<Host> hosts)
        {
            foreach (var host in hosts)
                Take("updated", host);
            foreach (var gone in _hosts.Keys.Except(hosts.Select(h => h.Address)))
                Take("deleted", _hosts[gone]);
        }

        public void Take(string change, Host host)
        {
            if (only is not null && !only.Contains(host.Address))
                return;
            lock (_gate)
            {
                var known = _hosts.GetValueOrDefault(host.Address);
                if (change == "deleted")
                    _hosts.TryRemove(host.Address, out _);
                else
                    _hosts[host.Address] = host;
                if (known is null ? change != "deleted" : change == "deleted" || (known.Status, known.Reason) != (host.Status, host.Reason))
                    changed?.Invoke(known is null ? "created" : change, host);
            }
        }
    }
}

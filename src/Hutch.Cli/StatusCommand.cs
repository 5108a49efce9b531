using System.CommandLine;
using Hutch.Beamline.Control;

namespace Hutch.Cli;

/// <summary><c>hutch status NAME</c>: everything about services of a running beamline.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Show everything known about services of a running beamline; exit code 1 if a wanted one is not ready. Example: hutch status writer");
        var selector = new SelectorOptions();
        selector.AddTo(command, withAll: false);
        command.SetAction(options => BeamlineCalls.Run("hutch status", () =>
        {
            var well = true;
            using var client = ControlClient.Connect(options.GetValue(selector.Beamline));
            foreach (var reply in client.Send(new ControlRequest { Command = "services", Services = selector.Read(options) }))
            {
                well &= reply.Services!.All(s => s.Ready || !s.Wanted || s.State == "stopped");
                if (options.GetValue(selector.Json))
                    ServiceTable.Print(reply.Services!, json: true);
                else
                    reply.Services!.ToList().ForEach(Print);
            }
            return well ? 0 : 1;
        }));
        return command;
    }

    private static void Print(ServiceStatus service)
    {
        void Line(string name, object? value)
        {
            if (value is not null and not "")
                Console.WriteLine($"  {name,-14} {value}");
        }
        Console.WriteLine($"{service.Name}: {service.State}{(service.Ready ? ", ready" : "")}{(service.UnreachableSince is { } since ? $", not reachable since {since.ToLocalTime():HH:mm:ss}" : "")}");
        Line("waits for", service.WaitsFor is null ? null : $"{service.WaitsFor}, since {service.WaitsSince?.ToLocalTime():HH:mm:ss}");
        Line("container", service.Container);
        Line("pid", service.Pid);
        Line("host", service.Host);
        Line("attached to", service.Node is not null ? $"node {service.Node} of {service.Cluster}" : service.Cluster is not null ? $"cluster {service.Cluster}" : "session");
        Line("tags", string.Join(", ", service.Tags));
        Line("uptime", service.UptimeS is { } up ? ServiceTable.Duration(up) : null);
        Line("restarts", service.Restarts);
        Line("cpu", service.CpuPercent is { } cpu ? $"{cpu} %" : null);
        Line("memory", service.MemoryBytes is { } memory ? $"{memory / 1e6:0.0} MB" : null);
        Line("heartbeat", service.HeartbeatAgeS is { } age ? $"{age} s ago" : null);
        foreach (var count in service.Counts.Where(c => c.Value != 0))
            Line(count.Name.Replace("hutch.", "", StringComparison.Ordinal), $"{count.Value}, {count.PerSecond:0.#} a second");
        Line("depends on", string.Join(", ", service.Dependencies));
        Line("dependants", string.Join(", ", service.Dependants));
        Line("stop priority", service.StopPriority);
        Line("last error", service.LastError);
        foreach (var change in service.History.TakeLast(8))
            Console.WriteLine($"    {change.At.ToLocalTime():yyyy-MM-dd HH:mm:ss.fff} {change.State}{(change.Reason is null ? "" : $": {change.Reason.Split('\n')[0]}")}");
    }
}

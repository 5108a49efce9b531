using System.CommandLine;
using Hutch.Fleet.Records;

namespace Hutch.Cli;

/// <summary><c>hutch fleet operations list|show|kill</c>: what was and is done across clusters.</summary>
internal static class FleetOperationsCommand
{
    public static Command Create() => new("operations", "Manage operations across clusters. Example: hutch fleet operations list")
    {
        FleetCall.Create("operations list", "List the operations, latest first. Example: hutch fleet operations list",
            [], async (_, _, records, cancel) => (await records.ListAsync<ClusterOperation>(cancel)).OrderByDescending(o => o.StartedAt, StringComparer.Ordinal).ToList(), operations => FleetCall.Print(operations,
            ("id", o => o.Name), ("operation", o => o.Operation), ("cluster", o => o.Cluster), ("status", o => o.Status), ("hosts", o => $"{o.Hosts.Count(h => (string?)h.Value?["state"] == "done")} of {o.Hosts.Count} done"),
            ("began", o => FleetCall.Time(o.StartedAt)), ("ended", o => FleetCall.Time(o.FinishedAt)), ("reason", o => o.Reason.Split('\n')[0]))),
        FleetCall.Show<ClusterOperation>("operations show", "ID"),
        Output(),
        Kill(),
        FleetCall.Remove<ClusterOperation>("operations remove", "ID"),
    };

    private static Command Output()
    {
        var id = FleetCall.KeyArgument("ID", "Which.");
        var address = FleetCall.KeyArgument("ADDRESS", "The host.");
        return FleetCall.Create("operations output", "Print what an operation printed on a host, the last 256 kB of it. Example: hutch fleet operations output ID 10.0.0.1", [id, address],
            (options, _, records, cancel) => records.GetAsync<HostOutput>(HostOutput.KeyOf(options.GetValue(id)!, options.GetValue(address)!), cancel), output => Console.Write(output.Text));
    }

    private static Command Kill()
    {
        var id = FleetCall.KeyArgument("ID", "Which.");
        return FleetCall.Create("operations kill", "Kill an operation: what is running on hosts is killed, what is waiting does not start. Example: hutch fleet operations kill ID", [id], async (options, bus, _, cancel) =>
        {
            await bus.CallAsync("jobs.clusterexec.kill", new { id = options.GetValue(id)! }, cancel: cancel);
            return new { killed = options.GetValue(id)! };
        }, result => Console.WriteLine($"operation {result.killed} is being killed"));
    }
}

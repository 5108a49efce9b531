using System.ComponentModel;
using System.Text.Json.Nodes;
using Hutch.Web.Description;

namespace Hutch.Web.Api.Fleet;

[Description("The current state of the fleet.")]
[Example("""
    {"hosts": {"active": 3, "failed": 1}, "clusters": [{"name": "beamline", "status": "degraded", "network": "default", "container_manager": "", "hosts": 4, "available": 3}],
     "operations": [], "watchers": ["daq1-812-a1b2c3"], "executors": []}
    """)]
internal sealed record FleetShape(
    [property: Description("The number of hosts by status; new: no status yet.")] IReadOnlyDictionary<string, int> Hosts,
    [property: Description("The clusters.")] IReadOnlyList<ClusterShape> Clusters,
    [property: Description("The last 20 operations, latest first.")] IReadOnlyList<OperationShape> Operations,
    [property: Description("The watchers heard from within 10 s, by HOST-PID-ID.")] IReadOnlyList<string> Watchers,
    [property: Description("The executors of operations, likewise.")] IReadOnlyList<string> Executors);

[Description("A group of hosts.")]
[Example("""{"name": "beamline", "status": "degraded", "network": "default", "container_manager": "", "hosts": 4, "available": 3}""")]
internal sealed record ClusterShape(
    [property: Description("Its name.")] string Name,
    [property: Description("ok, degraded (some hosts are not available) or failed (none is).")] string Status,
    [property: Description("Its network.")] string Network,
    [property: Description("Its container manager; empty for none.")] string ContainerManager,
    [property: Description("The number of its hosts.")] int Hosts,
    [property: Description("How many of them are active or disassociated.")] int Available);

[Description("A host.")]
[Example("""{"address": "10.0.0.1", "status": "failed", "last_check": "2026-11-27T10:00:00.000000", "reason": "10.0.0.1:22 does not answer: nothing within 5 s", "os": "debian", "cpus": 64, "memory": 257000, "clusters": ["beamline"]}""")]
internal sealed record HostShape
{
    [Description("Its name or IP address.")]
    public required string Address { get; init; }

    [Description("investigating, bootstrapping, disassociated, active or failed; empty before the first.")]
    public required string Status { get; init; }

    [Description("When it was last checked, UTC; empty: never.")]
    public required string LastCheck { get; init; }

    [Description("Why it failed.")]
    public string? Reason { get; init; }

    [Description("Its distribution.")]
    public string? Os { get; init; }

    [Description("Processors.")]
    public int Cpus { get; init; }

    [Description("Memory in MB.")]
    public long Memory { get; init; }

    [Description("Its clusters; only in a list.")]
    public IReadOnlyList<string>? Clusters { get; init; }

    [Description("The facts gathered about it; only for a single host.")]
    public JsonObject? Facts { get; init; }
}

[Description("An operation across a cluster.")]
[Example("""
    {"name": "8c5e3a52-6b5a-4c80-9a4c-3a0ef0a3c8f1", "cluster": "beamline", "operation": "restart", "status": "in_process", "reason": "", "started_at": "2026-11-27T10:00:00.000000", "finished_at": "",
     "hosts": {"10.0.0.1": {"state": "done", "exit_code": 0}, "10.0.0.2": {"state": "running"}}}
    """)]
internal sealed record OperationShape(
    [property: Description("Its id.")] string Name,
    [property: Description("The cluster.")] string Cluster,
    [property: Description("upgrade, restart, deploy or run.")] string Operation,
    [property: Description("in_process, finished, failed or killed.")] string Status,
    [property: Description("Why it failed.")] string Reason,
    [property: Description("When it started, UTC.")] string StartedAt,
    [property: Description("When it ended; empty while it runs.")] string FinishedAt,
    [property: Description("By address, in order: state (waiting, running, checking, done, failed, killed), exit_code, reason.")] JsonObject Hosts);

[Description("An operation to start.")]
[Example("""{"cluster": "beamline", "operation": "run", "command": "uptime", "batch_size": 2}""")]
internal sealed record NewOperation(
    [property: Description("The cluster.")] string Cluster,
    [property: Description("upgrade, restart, deploy or run.")] string Operation,
    [property: Description("The command of run, for sh.")] string? Command = null,
    [property: Description("The version of deploy.")] string? Version = null,
    [property: Description("The number of hosts at a time.")] int? BatchSize = null,
    [property: Description("A command that must succeed on each host before the next batch.")] string? Check = null,
    [property: Description("Whether it continues when a host fails.")] bool? KeepGoing = null);

[Description("What an operation printed on a host.")]
[Example("""{"text": "active\n"}""")]
internal sealed record HostOutputShape([property: Description("Both outputs, the last 256 kB of them.")] string Text);

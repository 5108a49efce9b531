using System.Text.Json.Nodes;

namespace Hutch.Fleet.Records;

/// <summary>An operation across a cluster: what is done, its progress, and the outcome on each host.</summary>
public sealed record ClusterOperation : IRecord
{
    /// <summary>Its id.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>The cluster.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>upgrade, restart, deploy or run.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The command that is run; empty for the operation's own.</summary>
    public string Command { get; init; } = "";

    /// <summary>The version that is deployed.</summary>
    public string Version { get; init; } = "";

    /// <summary>The number of hosts at a time.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>A command that must end well on each host before the next batch; empty for a login.</summary>
    public string Check { get; init; } = "";

    /// <summary>1 when hosts that fail do not stop it, else 0.</summary>
    public int KeepGoing { get; init; }

    /// <summary>in_process, finished, failed or killed.</summary>
    public string Status { get; init; } = "";

    /// <summary>Why it failed.</summary>
    public string Reason { get; init; } = "";

    /// <summary>1 once a kill was requested.</summary>
    public int Kill { get; init; }

    /// <summary>By address, in order: <c>state</c> (waiting, running, checking, done, failed, killed), <c>exit_code</c>, <c>reason</c>, <c>started_at</c>, <c>finished_at</c>.</summary>
    public JsonObject Hosts { get; init; } = [];

    /// <summary>The process that runs it.</summary>
    public string Executor { get; init; } = "";

    /// <summary>When it began, UTC, as <see cref="RecordTime"/> writes it.</summary>
    public string StartedAt { get; init; } = "";

    /// <summary>When it ended; empty while it runs.</summary>
    public string FinishedAt { get; init; } = "";

    string IRecord.Key => Name;
}

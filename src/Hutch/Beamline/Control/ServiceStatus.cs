using Hutch.Beamline.Placement;
using Hutch.Services;
using Hutch.Services.Counting;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.Supervision;

namespace Hutch.Beamline.Control;

/// <summary>What is known about a supervised service; the shape of <c>--json</c>.</summary>
public sealed record ServiceStatus
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its state: created, starting, running, stopping, stopped, failed, killed, abandoned.</summary>
    public required string State { get; init; }

    /// <summary>Whether it is ready for those that depend on it.</summary>
    public bool Ready { get; init; }

    /// <summary>Whether it is wanted to run.</summary>
    public bool Wanted { get; init; }

    /// <summary>Whether it has ended for good, as its restart policy has it.</summary>
    public bool Over { get; init; }

    /// <summary>Since when the host on which it runs cannot be reached; null when it can, or it runs here. All else is as it was then.</summary>
    public DateTimeOffset? UnreachableSince { get; init; }

    /// <summary>Its process id, or null.</summary>
    public int? Pid { get; init; }

    /// <summary>Its tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>thread, pool or process.</summary>
    public required string Container { get; init; }

    /// <summary>session, cluster or node.</summary>
    public required string Scope { get; init; }

    /// <summary>The host on which it runs; null for this one.</summary>
    public string? Host { get; init; }

    /// <summary>The node it is attached to, or null.</summary>
    public string? Node { get; init; }

    /// <summary>The cluster it is attached to, or null.</summary>
    public string? Cluster { get; init; }

    /// <summary>Restarts after it ended unexpectedly.</summary>
    public int Restarts { get; init; }

    /// <summary>The error that ended it last, or null.</summary>
    public string? LastError { get; init; }

    /// <summary>Seconds since its start; null when it is not running.</summary>
    public double? UptimeS { get; init; }

    /// <summary>Processor time as a share of one processor, in percent; null when unknown.</summary>
    public double? CpuPercent { get; init; }

    /// <summary>Resident memory of its processes; null when unknown.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Seconds since it made progress; null when it is not running, or is a foreign program, which does not report any.</summary>
    public double? HeartbeatAgeS { get; init; }

    /// <summary>What it counts, and how fast.</summary>
    public IReadOnlyList<CountRate> Counts { get; init; } = [];

    /// <summary>What it waits for, or null.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Since when it waits for that.</summary>
    public DateTimeOffset? WaitsSince { get; init; }

    /// <summary>When it is stopped among others, 0 to 100, low first.</summary>
    public int StopPriority { get; init; }

    /// <summary>The names of the services it depends on.</summary>
    public required IReadOnlyList<string> Dependencies { get; init; }

    /// <summary>The names of the services that depend on it.</summary>
    public required IReadOnlyList<string> Dependants { get; init; }

    /// <summary>Its last changes of state, oldest first.</summary>
    public required IReadOnlyList<StateChangeStatus> History { get; init; }

    /// <summary>The status of a service now.</summary>
    public static ServiceStatus Of(SupervisedService supervised)
    {
        ArgumentNullException.ThrowIfNull(supervised);
        var service = supervised.Service;
        var alive = service.IsServiceAlive;
        var status = new ServiceStatus
        {
            Name = service.ServiceName,
            State = service.State.ToString().ToLowerInvariant(),
            Ready = supervised.IsReady,
            Wanted = supervised.IsWanted,
            Over = supervised.IsOver,
            Pid = supervised.ProcessId,
            Tags = [.. service.Tags.Order()],
            Container = service.Container.ToString().ToLowerInvariant(),
            Scope = service.Scope.Kind,
            Node = (service.Scope as Node)?.Name,
            Cluster = service.Scope.ClusterName,
            Restarts = supervised.Restarts,
            LastError = supervised.LastError,
            UptimeS = alive && service.StartedAt is { } started ? Math.Round((DateTimeOffset.UtcNow - started).TotalSeconds, 1) : null,
            CpuPercent = supervised.Cpu is { } cpu ? Math.Round(cpu * 100, 1) : null,
            MemoryBytes = supervised.Memory,
            HeartbeatAgeS = alive && service is not ProcessService { ReportsProgress: false } ? Math.Round(service.SinceHeartbeat.TotalSeconds, 2) : null,
            Counts = supervised.Counts,
            WaitsFor = supervised.WaitsFor,
            WaitsSince = supervised.WaitsSince,
            StopPriority = service.StopPriority,
            Dependencies = [.. service.Dependencies.Select(d => d.ServiceName).Union(supervised.Jobs.Select(j => j.Name))],
            Dependants = service.Dependants.Names,
            History = [.. service.History.Select(c => new StateChangeStatus(c.To.ToString().ToLowerInvariant(), c.At, supervised.Masked(c.Reason)))],
        };
        return service is RemoteService remote ? remote.Show(status) : status;
    }
}

/// <summary>A change of state in a <see cref="ServiceStatus"/>.</summary>
/// <param name="State">The state entered.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, or null.</param>
public sealed record StateChangeStatus(string State, DateTimeOffset At, string? Reason);

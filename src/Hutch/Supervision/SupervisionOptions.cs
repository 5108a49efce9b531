using Hutch.Supervision.Probes;

namespace Hutch.Supervision;

/// <summary>How one service is supervised.</summary>
public sealed record SupervisionOptions
{
    /// <summary>When and how it is started again.</summary>
    public RestartOptions Restart { get; init; } = new();

    /// <summary>How to find out that it is ready for those that depend on it. Default: as soon as it runs.</summary>
    public ReadinessProbe Ready { get; init; } = new RunningProbe();

    /// <summary>The resident memory of its process and descendants, in bytes, above which it is restarted. Default: no limit.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>How late it may be (<see cref="Services.Service.Overdue"/>; a foreign program: how long it may write no line) before it is restarted. Default: no limit.</summary>
    public TimeSpan? HeartbeatLimit { get; init; }

    /// <summary>The services that must be ready before it starts, besides those it holds.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The services that must have ended by themselves, a process with exit code 0, before it starts: a migration, a calibration.</summary>
    public IReadOnlyList<string> AfterCompletionOf { get; init; } = [];

    /// <summary>The group it belongs to, or null.</summary>
    public SupervisionGroup? Group { get; init; }
}

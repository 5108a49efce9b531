namespace Hutch.Installation;

/// <summary>How a unit is installed.</summary>
public sealed record InstallOptions
{
    /// <summary>The name of the unit.</summary>
    public required string Name { get; init; }

    /// <summary>A unit of the user's own service manager instead of the system's. Default: no.</summary>
    public bool UserUnit { get; init; }

    /// <summary>USER or USER:GROUP that it runs as. Default: who called sudo, else the installing user.</summary>
    public string? RunAs { get; init; }

    /// <summary>Further environment variables to keep.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>When it is started again. Default: when it failed.</summary>
    public RestartChoice Restart { get; init; }

    /// <summary>Seconds without progress after which it is killed and started again; 0: never. Default: 30, and never for a method or executable.</summary>
    public double? Watchdog { get; init; }

    /// <summary>Seconds it may take to end. Default 30.</summary>
    public double StopTimeout { get; init; } = 30;

    /// <summary>How much of the machine it may touch.</summary>
    public SandboxLevel Sandbox { get; init; } = SandboxLevel.Standard;

    /// <summary>The most memory, such as <c>2G</c>; null: no limit.</summary>
    public string? MemoryLimit { get; init; }

    /// <summary>The most processor time, such as <c>150%</c>; null: no limit.</summary>
    public string? CpuQuota { get; init; }

    /// <summary>The processors that it runs on, such as <c>0-3,8</c>; null: all.</summary>
    public string? Cpus { get; init; }

    /// <summary>The time between two runs, such as <c>5min</c>; null: it runs all the time.</summary>
    public string? Every { get; init; }

    /// <summary>The calendar of its runs, such as <c>Mon..Fri 06:00</c>; null: it runs all the time.</summary>
    public string? Calendar { get; init; }

    /// <summary>Whether each service of a beamline file becomes a unit.</summary>
    public bool Split { get; init; }

    /// <summary>One line about it. Default: made from what it runs.</summary>
    public string? Description { get; init; }

    /// <summary>Windows: whether it starts some time after the boot.</summary>
    public bool DelayedStart { get; init; }

    /// <summary>Whether it runs now and then instead of all the time.</summary>
    public bool IsPeriodic => Every is not null || Calendar is not null;
}

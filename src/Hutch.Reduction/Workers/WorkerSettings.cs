namespace Hutch.Reduction.Workers;

/// <summary>How workers run.</summary>
internal sealed record WorkerSettings
{
    /// <summary>The instrument's short name.</summary>
    public required string Instrument { get; init; }

    /// <summary>The Python environment; null for the system's Python.</summary>
    public string? PythonEnvironment { get; init; }

    /// <summary>What Python scripts are written for: <c>numpy</c> or <c>mantid</c>.</summary>
    public string Engine { get; init; } = "numpy";

    /// <summary>How long a run may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Bytes of memory that a worker may take for itself; 0: no limit.</summary>
    public long MemoryLimit { get; init; }
}

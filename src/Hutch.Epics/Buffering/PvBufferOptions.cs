namespace Hutch.Epics.Buffering;

/// <summary>How a <see cref="PvBuffer"/> works.</summary>
public sealed record PvBufferOptions
{
    /// <summary>The service's name in statistics and in the store (environment: <c>SERVICE_NAME</c>). Default: epics-buffer.</summary>
    public string ServiceName { get; init; } = "epics-buffer";

    /// <summary>Memory for values that wait while the store is unavailable, in bytes. Default: 256 MiB, ten seconds of 50000 small values a second.</summary>
    public long QueueMemory { get; init; } = 256L << 20;

    /// <summary>A PV without a value for longer is silent. Default: 1 min; slow PVs may be silent for hours without a fault.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The file that gets a line of statistics each interval; null: none.</summary>
    public string? StatisticsFile { get; init; }

    /// <summary>How often a line is written. Default: 10 s.</summary>
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether streams are cut to exactly their limits, instead of to about a hundred more. Default: false.</summary>
    public bool ExactLimits { get; init; }
}

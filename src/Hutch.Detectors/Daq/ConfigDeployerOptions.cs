namespace Hutch.Detectors.Daq;

/// <summary>What a <see cref="ConfigDeployer"/> does with a configuration.</summary>
public sealed record ConfigDeployerOptions
{
    /// <summary>The configuration file of this server.</summary>
    public required string File { get; init; }

    /// <summary>The name by which this server reports.</summary>
    public required string ServerName { get; init; }

    /// <summary>Services of the beamline that use the file and are restarted when it has changed.</summary>
    public IReadOnlyList<string> Restart { get; init; } = [];

    /// <summary>Tags of such services.</summary>
    public IReadOnlyList<string> RestartTags { get; init; } = [];

    /// <summary>The beamline that they belong to; null for the only one that runs.</summary>
    public string? Beamline { get; init; }
}

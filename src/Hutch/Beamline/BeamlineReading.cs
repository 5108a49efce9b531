namespace Hutch.Beamline;

/// <summary>How thoroughly a beamline file is checked when it is read.</summary>
public sealed record BeamlineReading
{
    /// <summary>
    /// Whether executables, assemblies, types, working directories and the configuration of programs are looked for too. Not for a
    /// service that starts after the completion of another one, which may make them.
    /// </summary>
    public bool LooksAround { get; init; }

    /// <summary>Whether environment variables that the file mentions may still be set later.</summary>
    public bool MayLackVariables { get; init; }
}

namespace Hutch.Installation;

/// <summary>All that is known when something is to be installed.</summary>
public sealed record InstallRequest
{
    /// <summary>How.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>What kind of thing.</summary>
    public required UnitKind Kind { get; init; }

    /// <summary>The program's name, the class, the method, the beamline file or the executable.</summary>
    public required string Target { get; init; }

    /// <summary>The assembly of a class or method.</summary>
    public string? Assembly { get; init; }

    /// <summary>Its arguments, as they were given.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The arguments of <c>hutch install</c>, by which it can be installed again.</summary>
    public required IReadOnlyList<string> CommandLine { get; init; }

    /// <summary>Where the command was run; the error log goes there.</summary>
    public required string Folder { get; init; }

    /// <summary>The names of environment variables that arguments and configuration files mention.</summary>
    public IReadOnlyList<string> Mentioned { get; init; } = [];

    /// <summary>The absolute paths among the arguments.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>The services of a beamline file that become units of their own, with what each depends on; empty: one unit.</summary>
    public IReadOnlyList<UnitPart> Parts { get; init; } = [];
}

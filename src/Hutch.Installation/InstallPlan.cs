using Hutch.Installation.Files;

namespace Hutch.Installation;

/// <summary>All that is to be written when a service is installed.</summary>
public sealed record InstallPlan
{
    /// <summary>What was asked for.</summary>
    public required InstallRequest Request { get; init; }

    /// <summary>Where files go.</summary>
    public required WorkingFolder Folder { get; init; }

    /// <summary>What the units run; one, or one for each service of a beamline file.</summary>
    public required IReadOnlyList<UnitSpec> Specs { get; init; }

    /// <summary>Who it runs as; null: who installs it.</summary>
    public string? User { get; init; }

    /// <summary>That one's group; null: the one of the user database.</summary>
    public string? Group { get; init; }

    /// <summary>Whether there are environment variables to pass.</summary>
    public bool HasVariables { get; init; }

    /// <summary>The name of the service.</summary>
    public string Name => Request.Options.Name;

    /// <summary>Whether several units make up the service.</summary>
    public bool IsSplit => Request.Parts.Count > 0;

    /// <summary>The name of the unit of a service of a beamline file.</summary>
    public string UnitOf(string part) => $"{Name}-{part}";
}

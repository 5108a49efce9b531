namespace Hutch.Fleet.Containers.Systemd;

/// <summary>The options of a container manager of type systemd.</summary>
internal sealed record SystemdOptions
{
    /// <summary>More properties of the units, as <c>systemd-run --property</c> takes them, such as MemoryMax=2G.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];
}

namespace Hutch.Fleet.Records;

/// <summary>Hosts that belong together.</summary>
public sealed record Cluster : IRecord
{
    /// <summary>Its name.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>ok, degraded or failed; empty until it was computed.</summary>
    public string Status { get; init; } = "";

    /// <summary>The name of its network.</summary>
    public string Network { get; init; } = "default";

    /// <summary>The addresses of its hosts.</summary>
    [Hidden]
    public IReadOnlyList<string> Hostset { get; init; } = [];

    /// <summary>The name of its container manager; empty for none.</summary>
    public string ContainerManager { get; init; } = "";

    string IRecord.Key => Name;
}

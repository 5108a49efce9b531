namespace Hutch.Fleet.Records;

/// <summary>A host as a node of a container manager.</summary>
public sealed record ContainerManagerNode : IRecord
{
    /// <summary>MANAGER@ADDRESS.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>The name of the container manager.</summary>
    public string ContainerManager { get; init; } = "";

    /// <summary>The host.</summary>
    public string Address { get; init; } = "";

    /// <summary>The cluster for which it was registered, with which it goes; empty when it was registered by itself.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>Since when, UTC, as <see cref="RecordTime"/> writes it.</summary>
    public string RegisteredAt { get; init; } = "";

    string IRecord.Key => Name;

    internal static string NameOf(string manager, string address) => $"{manager}@{address}";
}

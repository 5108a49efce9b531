using System.Text.Json.Nodes;

namespace Hutch.Fleet.Records;

/// <summary>The network that the containers of a cluster share.</summary>
public sealed record Network : IRecord
{
    /// <summary>Its name.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>How it is made.</summary>
    [OneOf("flannel_etcd", "flannel_server")]
    public string Type { get; init; } = "flannel_etcd";

    /// <summary>What the type needs, such as the address of a flannel server.</summary>
    public JsonObject Options { get; init; } = [];

    string IRecord.Key => Name;
}

using System.Text.Json.Nodes;

namespace Hutch.Fleet.Records;

/// <summary>A container manager that clusters may belong to.</summary>
public sealed record ContainerManagerConfig : IRecord
{
    /// <summary>Its name.</summary>
    [RecordKey]
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    [OneOf("openshift", "kubernetes", "podman", "docker", "systemd", "trivial")]
    public string Type { get; init; } = "openshift";

    /// <summary>How it is reached: server_url, token, certificate_path, certificate_key_path. What looks secret by its name is sealed.</summary>
    public JsonObject Options { get; init; } = [];

    string IRecord.Key => Name;
}

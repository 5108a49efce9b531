using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Beamline;

/// <summary>A beamline file: the services to run, their containers and dependencies, and how they are kept running. See docs/beamline.md.</summary>
public sealed record BeamlineFile
{
    /// <summary>The name by which <c>hutch services</c> and <c>hutch down</c> find the running instance.</summary>
    public required string Name { get; init; }

    /// <summary>Variables for the environment of every process.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>The bus of the storage service whose records the nodes with a host, and the clusters, live by; null if they live by themselves.</summary>
    public string? Fleet { get; init; }

    /// <summary>The clusters that services can be attached to.</summary>
    public List<ClusterEntry> Clusters { get; init; } = [];

    /// <summary>The groups of services that are restarted together.</summary>
    public List<GroupEntry> Groups { get; init; } = [];

    /// <summary>The services.</summary>
    public List<ServiceEntry> Services { get; init; } = [];

    /// <summary>The path of the file.</summary>
    [JsonIgnore]
    public string Path { get; init; } = "";

    /// <summary>Where the file is; relative paths in it start there.</summary>
    [JsonIgnore]
    public string Folder => System.IO.Path.GetDirectoryName(Path) ?? "";

    internal static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };
}

using System.Globalization;
using System.Text.Json;

namespace Hutch.Beamline.Checks;

/// <summary>A service of a file that may be wrong in any way: what is not there, or of the wrong kind, is null or nothing.</summary>
internal sealed class LocatedEntry(LocatedJson json, int index)
{
    private const int MostInstances = 1000;

    public LocatedJson Json => json;

    public string Path => $"services[{index}]";

    public string? Name => Text("name");

    public bool IsThread => Text("container") == "thread";

    public int Instances => json["instances"] is { Kind: JsonTokenType.Number } given && int.TryParse(given.Raw, CultureInfo.InvariantCulture, out var number)
        ? Math.Clamp(number, 1, MostInstances) : 1;

    /// <summary>What its instances are called.</summary>
    public IReadOnlyList<string> InstanceNames => Name is { } name ? Beamline.InstanceNames.Of(name, Instances) : [];

    /// <summary>The services it depends on, and whether on their completion.</summary>
    public IReadOnlyList<(LocatedJson Where, string Service, bool IsCompletion)> Dependencies =>
        [.. Items("depends_on").Select(d => (Where: d["service"] ?? d, IsCompletion: d["condition"]?.Text == "completed"))
            .Where(d => d.Where.Text is not null).Select(d => (d.Where, d.Where.Text!, d.IsCompletion))];

    /// <summary>Whether it runs on another host.</summary>
    public bool IsPlacedIn(LocatedJson file) => HostIn(file) is not null;

    /// <summary>The host of its node, or null.</summary>
    public string? HostIn(LocatedJson file) => Text("node") is not { } node ? null
        : (file["clusters"]?.Items ?? []).Where(c => Text("cluster") is not { } cluster || c["name"]?.Text == cluster)
            .SelectMany(c => c["nodes"]?.Items ?? []).FirstOrDefault(n => n["name"]?.Text == node)?["host"]?.Text;

    /// <summary>The value as the JSON it is, without comments.</summary>
    public JsonElement? Element(string key) => json[key] is { } value ? JsonSerializer.SerializeToElement(value.ToNode()) : null;

    public string? Text(string key) => json[key]?.Text;

    public IReadOnlyList<LocatedJson> Items(string key) => json[key] is { Kind: JsonTokenType.StartArray } list ? list.Items : [];

    public IReadOnlyList<(string Name, LocatedJson Value)> Properties(string key) => json[key] is { Kind: JsonTokenType.StartObject } map ? map.Properties : [];
}

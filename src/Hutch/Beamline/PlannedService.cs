using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Beamline;

/// <summary>One instance of a service of a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Entry">Its entry.</param>
/// <param name="Name">Its name.</param>
/// <param name="Instance">Its number.</param>
internal sealed record PlannedService(BeamlineFile File, ServiceEntry Entry, string Name, int Instance)
{
    /// <summary>All of a file, each after those it depends on.</summary>
    public static IReadOnlyList<PlannedService> All(BeamlineFile file)
    {
        var ordered = new List<ServiceEntry>();
        foreach (var entry in file.Services)
            Visit(entry);
        return [.. ordered.SelectMany(e => InstanceNames.Of(e.Name, e.Instances).Select((name, i) => new PlannedService(file, e, name, i)))];

        void Visit(ServiceEntry entry)
        {
            if (ordered.Contains(entry))
                return;
            foreach (var dependency in entry.DependsOn)
                Visit(file.Services.Find(s => s.Name == dependency.Service)!);
            ordered.Add(entry);
        }
    }

    /// <summary>The names of those it depends on, ready or completed.</summary>
    public IEnumerable<string> Needs =>
        EntryOptions.Instances(File, Entry, DependencyCondition.Ready).Concat(EntryOptions.Instances(File, Entry, DependencyCondition.Completed));

    /// <summary>The keys in which it differs from the same service of another file; whether it starts by itself matters only then.</summary>
    public IReadOnlyList<string> DifferencesTo(PlannedService other)
    {
        var (mine, others) = (Describe(), other.Describe());
        return [.. mine.Select(m => m.Key).Union(others.Select(o => o.Key)).Where(key => !JsonNode.DeepEquals(mine[key], others[key]))];
    }

    // Everything that makes the service what it is, from wherever in the file. The order of keys means nothing.
    private JsonObject Describe()
    {
        var described = JsonSerializer.SerializeToNode(Entry with { Autostart = true, Instances = 1 }, BeamlineFile.Json)!.AsObject();
        described["instances"] = Instance;
        described["environment"] = JsonSerializer.SerializeToNode(File.Environment.Concat(Entry.Environment).GroupBy(v => v.Key).ToDictionary(g => g.Key, g => g.Last().Value));
        described["depends_on"] = JsonSerializer.SerializeToNode(new[] { EntryOptions.Instances(File, Entry, DependencyCondition.Ready), EntryOptions.Instances(File, Entry, DependencyCondition.Completed) });
        described["group"] = JsonSerializer.SerializeToNode(File.Groups.Find(g => g.Name == Entry.Group), BeamlineFile.Json);
        if (Entry.Node is { } node)
            described["node"] = JsonSerializer.SerializeToNode(RunScopes.NodeOf(File, Entry, node), BeamlineFile.Json);
        described["folder"] = File.Folder;
        return described;
    }
}

namespace Hutch.Beamline;

/// <summary>What a schema cannot say: names that must exist, be unique, or not lead in a circle.</summary>
internal sealed class BeamlineChecks(BeamlineFile file, LocatedJson located, IProgramSource programs, Action<LocatedJson, string> report)
{
    public void Run()
    {
        var entries = located["services"]?.Items ?? [];
        Unique("services", entries);
        Unique("clusters", located["clusters"]?.Items ?? []);
        Unique("groups", located["groups"]?.Items ?? []);
        for (var i = 0; i < file.Services.Count; i++)
            Check(file.Services[i], entries[i], $"services[{i}]");
        RefuseCircles(entries);
    }

    private void Unique(string list, List<LocatedJson> entries)
    {
        var seen = new Dictionary<string, LocatedJson>();
        foreach (var entry in entries)
        {
            var name = entry["name"]!;
            if (!seen.TryAdd(name.Raw, name))
                report(name, $"{list}: {name.Raw} is the name of another one too, in line {seen[name.Raw].Line}");
        }
    }

    private void Check(ServiceEntry service, LocatedJson entry, string path)
    {
        Known(entry["group"], file.Groups.Select(g => g.Name), $"{path}.group", "group");
        Known(entry["cluster"], file.Clusters.Select(c => c.Name), $"{path}.cluster", "cluster");
        var clusters = file.Clusters.Where(c => service.Cluster is null || c.Name == service.Cluster);
        Known(entry["node"], clusters.SelectMany(c => c.Nodes ?? []).Select(n => n.Name), $"{path}.node", "node");
        foreach (var dependency in entry["depends_on"]?.Items ?? [])
            Known(dependency, file.Services.Select(s => s.Name), $"{path}.depends_on", "service");
        Pair(entry, "options", "program", path);
        Pair(entry, "configuration", "type", path);
        Pair(entry, "assembly", "type", path);
        if (service.Command is not null && service.Container == ContainerEntry.Thread)
            report(entry["container"]!, $"{path}.container: a command is always a process");
        if (service.Program is not { } program)
            return;
        if (!programs.Names.Contains(program))
            Known(entry["program"], programs.Names, $"{path}.program", "program");
        else
            CheckOptions(service, entry, path, program);
    }

    private void CheckOptions(ServiceEntry service, LocatedJson entry, string path, string program)
    {
        for (var instance = 0; instance < service.Instances; instance++)
        {
            var wrong = programs.Check(program, ProgramArguments.Of(service.Options, instance));
            foreach (var problem in wrong)
                report(entry["options"] ?? entry, $"{path}.options: {problem}");
            if (wrong.Count > 0)
                return;
        }
    }

    private void Known(LocatedJson? name, IEnumerable<string> names, string path, string what)
    {
        if (name is not null && !names.Contains(name.Raw))
            report(name, $"{path}: there is no {what} {name.Raw}; there are: {string.Join(", ", names.Order())}");
    }

    private void Pair(LocatedJson entry, string key, string other, string path)
    {
        if (entry[key] is { } given && entry[other] is null)
            report(given, $"{path}.{key}: goes only with {other}");
    }

    private void RefuseCircles(List<LocatedJson> entries)
    {
        var done = new HashSet<string>();
        var path = new List<string>();
        foreach (var service in file.Services)
            Visit(service.Name);

        void Visit(string name)
        {
            var at = path.IndexOf(name);
            if (at >= 0)
            {
                var first = file.Services.FindIndex(s => s.Name == name);
                report(entries[first]["depends_on"]!, $"services depend on each other in a circle: {string.Join(" -> ", path.Skip(at))} -> {name}");
                return;
            }
            if (!done.Add(name))
                return;
            path.Add(name);
            foreach (var dependency in file.Services.Find(s => s.Name == name)?.DependsOn ?? [])
                Visit(dependency);
            path.RemoveAt(path.Count - 1);
        }
    }
}

namespace Hutch.Beamline.Checks;

/// <summary>Names must exist, be unique, and go together. What the schema says is not repeated here.</summary>
internal sealed class NameChecks(LocatedJson file, IReadOnlyList<LocatedEntry> services, IProgramSource programs, Action<LocatedJson, string> report)
{
    private const int MostCharacters = 64;

    private readonly IReadOnlyList<LocatedJson> _clusters = file["clusters"]?.Items ?? [];

    public void Run()
    {
        UniqueInstances();
        Unique("clusters", _clusters);
        foreach (var cluster in _clusters)
            Unique($"nodes of cluster {cluster["name"]?.Text}", cluster["nodes"]?.Items ?? []);
        Unique("groups", file["groups"]?.Items ?? []);
        foreach (var service in services)
            Check(service);
    }

    private void UniqueInstances()
    {
        var seen = new Dictionary<string, LocatedEntry>();
        foreach (var service in services)
        {
            foreach (var name in service.InstanceNames)
            {
                if (seen.TryAdd(name, service))
                    continue;
                var (where, other) = (service.Json["name"]!, seen[name]);
                report(where, other.Name == service.Name
                    ? $"services: {name} is also the name of another one, in line {other.Json["name"]!.Line}"
                    : $"services: {name} is also the name of {(name == other.Name ? $"{name} and an instance of this one" : $"an instance of {other.Name}")}, in line {other.Json["name"]!.Line}");
                break;
            }
        }
    }

    private void Unique(string list, IReadOnlyList<LocatedJson> entries)
    {
        var seen = new Dictionary<string, LocatedJson>();
        foreach (var name in entries.Select(e => e["name"]).Where(n => n?.Text is not null))
        {
            if (!seen.TryAdd(name!.Raw, name))
                report(name, $"{list}: {name.Raw} is also the name of another one, in line {seen[name.Raw].Line}");
        }
    }

    private void Check(LocatedEntry service)
    {
        Known(service.Json["group"], Names(file["groups"]), $"{service.Path}.group", "group");
        CheckPlace(service);
        Known(service.Json["cluster"], Names(file["clusters"]), $"{service.Path}.cluster", "cluster");
        CheckNode(service);
        foreach (var (where, name, isCompletion) in service.Dependencies)
        {
            Known(where, services.Select(s => s.Name!), $"{service.Path}.depends_on", "service");
            if (isCompletion && services.FirstOrDefault(s => s.Name == name) is { } job && RestartsAlways(job))
                report(where, $"{service.Path}.depends_on: {name} is restarted whenever it ends, and so never completes; set its restart to on-failure or never");
        }
        Pair(service, "options", "program");
        Pair(service, "configuration", "type");
        Pair(service, "assembly", "type");
        if (service.IsThread)
        {
            foreach (var key in new[] { "environment", "working_directory", "start_timeout" })
                OnlyOfProcess(service, key);
            if (service.Json["command"] is not null)
                report(service.Json["container"]!, $"{service.Path}.container: a command is always a process");
        }
        if (service.Text("program") is not null)
            Known(service.Json["program"], programs.Names, $"{service.Path}.program", "program");
    }

    // Whoever restarts one of a group must see the others.
    private void CheckPlace(LocatedEntry service)
    {
        if (service.Text("group") is { } group && services.FirstOrDefault(s => s.Text("group") == group) is { } first && first.HostIn(file) != service.HostIn(file))
            report(service.Json["group"]!, $"{service.Path}.group: {service.Name} is on {service.HostIn(file) ?? "this machine"} and {first.Name} of the same group on {first.HostIn(file) ?? "this machine"}; a group must be on one host");
        if (service.IsPlacedIn(file) && Placement.PlacedParts.NameOf(file["name"]?.Text ?? "", service.Text("node")!) is { Length: > MostCharacters } name)
            report(service.Json["node"]!, $"{service.Path}.node: {name}, the name of the part on that host, has {name.Length} characters; at most {MostCharacters} are allowed");
    }

    private void CheckNode(LocatedEntry service)
    {
        if (service.Json["node"] is not { Text: { } node } where)
            return;
        var cluster = service.Text("cluster");
        var possible = _clusters.Where(c => cluster is null || c["name"]?.Text == cluster).ToList();
        Known(where, possible.SelectMany(c => Names(c["nodes"])), $"{service.Path}.node", "node");
        var homes = possible.Where(c => Names(c["nodes"]).Contains(node)).Select(c => c["name"]?.Text).Distinct().ToList();
        if (homes.Count > 1)
            report(where, $"{service.Path}.node: {node} is a node of the clusters {string.Join(", ", homes)}; say which with cluster");
    }

    private static bool RestartsAlways(LocatedEntry service) => (service.Text("restart") ?? service.Json["restart"]?["policy"]?.Text) == "always";

    private static IEnumerable<string> Names(LocatedJson? list) => (list?.Items ?? []).Select(i => i["name"]?.Text).OfType<string>();

    private void Known(LocatedJson? name, IEnumerable<string?> names, string path, string what)
    {
        if (name?.Text is { } given && !names.Contains(given))
            report(name, $"{path}: there is no {what} {given}; {Choices.Among(what + "s", names.OfType<string>().Order(StringComparer.Ordinal))}");
    }

    private void Pair(LocatedEntry service, string key, string other)
    {
        if (service.Json[key] is { } given && service.Json[other] is null)
            report(given, $"{service.Path}.{key}: is only valid with {other}");
    }

    private void OnlyOfProcess(LocatedEntry service, string key)
    {
        if (service.Json[key] is { } given)
            report(given, $"{service.Path}.{key}: a thread has none of its own; leave it out, or leave out container to run a process");
    }
}

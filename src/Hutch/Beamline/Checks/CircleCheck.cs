namespace Hutch.Beamline.Checks;

/// <summary>Services must not depend on each other in a circle. Each circle is reported once.</summary>
internal sealed class CircleCheck(IReadOnlyList<LocatedEntry> services, Action<LocatedJson, string> report)
{
    private readonly HashSet<string> _done = [];
    private readonly List<string> _path = [];

    public void Run()
    {
        foreach (var service in services)
        {
            if (service.Name is { } name)
                Visit(name);
        }
    }

    private void Visit(string name)
    {
        var at = _path.IndexOf(name);
        if (at >= 0)
        {
            var where = services.First(s => s.Name == name).Json["depends_on"]!;
            report(where, $"services depend on each other in a circle: {string.Join(" -> ", _path.Skip(at))} -> {name}");
            return;
        }
        if (!_done.Add(name) || services.FirstOrDefault(s => s.Name == name) is not { } service)
            return;
        _path.Add(name);
        foreach (var (_, dependency, _) in service.Dependencies)
            Visit(dependency);
        _path.RemoveAt(_path.Count - 1);
    }
}

namespace Hutch.Beamline;

/// <summary>What the instances of a service are called: NAME, or NAME-0, NAME-1, ...</summary>
internal static class InstanceNames
{
    public static IReadOnlyList<string> Of(string name, int instances) =>
        instances == 1 ? [name] : [.. Enumerable.Range(0, instances).Select(i => $"{name}-{i}")];
}

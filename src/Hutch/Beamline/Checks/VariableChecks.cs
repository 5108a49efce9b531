using Hutch.Hosting;

namespace Hutch.Beamline.Checks;

/// <summary>Environment variables that a file mentions must be set, in the environment of <c>hutch up</c> or by the file itself.</summary>
internal sealed class VariableChecks(LocatedJson file, IReadOnlyList<LocatedEntry> services, Action<LocatedJson, string> report)
{
    private static readonly string[] Keys = ["options", "configuration", "assembly", "command", "working_directory"];

    public void Run()
    {
        Check(file["environment"], "environment", Environment.GetEnvironmentVariable);
        foreach (var (node, path) in ValueChecks.Nodes(file))
            Check(node["reachable"], $"{path}.reachable", Environment.GetEnvironmentVariable);
        foreach (var service in services)
        {
            Check(service.Json["environment"], $"{service.Path}.environment", Environment.GetEnvironmentVariable);
            Check(service.Json["ready"]?["command"], $"{service.Path}.ready.command", Lookup(file, service));
            foreach (var key in Keys)
                Check(service.Json[key], $"{service.Path}.{key}", Lookup(file, service));
        }
    }

    /// <summary>Returns the values of variables as a service of the file sees them; those that depend on the instance as the first one sees them.</summary>
    public static Func<string, string?> Lookup(LocatedJson file, LocatedEntry service)
    {
        if (service.IsThread)
            return Environment.GetEnvironmentVariable;
        return name => (service.Json["environment"]?[name] ?? file["environment"]?[name])?.Text is { } own
            ? Variables.Missing(own, Environment.GetEnvironmentVariable) is null ? ProgramArguments.Fill(Variables.Expand(own, Environment.GetEnvironmentVariable, name), 0) : own
            : name == StartupVariables.ServiceName ? (service.InstanceNames is [var first, ..] ? first : null) : Environment.GetEnvironmentVariable(name);
    }

    private void Check(LocatedJson? value, string path, Func<string, string?> variable)
    {
        foreach (var (where, at) in value?.Strings(path) ?? [])
        {
            if (Variables.Missing(where.Raw, variable) is { } missing)
                report(where, $"{at} {missing}");
        }
    }
}

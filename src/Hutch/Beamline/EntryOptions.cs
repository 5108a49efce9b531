using System.Globalization;
using System.Text.Json;
using Hutch.Beamline.Placement;
using Hutch.Hosting;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Hutch.Supervision.Probes;

namespace Hutch.Beamline;

/// <summary>Turns the entries of a beamline file into options of supervision and scopes.</summary>
internal static class EntryOptions
{
    public static SupervisionOptions Supervision(BeamlineFile file, ServiceEntry entry, EntryVariables variables) => new()
    {
        Restart = Restart(entry.Restart),
        Ready = Ready(entry.Ready, file.Folder, variables),
        MemoryLimit = entry.Limits?.Memory is { } memory ? MemorySize.Bytes(memory) : null,
        HeartbeatLimit = entry.Limits?.Heartbeat is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        DependsOn = Instances(file, entry, DependencyCondition.Ready),
        AfterCompletionOf = Instances(file, entry, DependencyCondition.Completed),
        Group = file.Groups.Find(g => g.Name == entry.Group) is { } group ? new SupervisionGroup(group.Name, group.Strategy) : null,
    };

    /// <summary>Of a service on another host: it is started again, limited and found ready there.</summary>
    public static SupervisionOptions RemoteSupervision(PlannedService planned, NodeLink link) => new()
    {
        Restart = new RestartOptions { Policy = RestartPolicy.Never },
        Ready = new RemoteProbe(link, planned.Name),
        DependsOn = Instances(planned.File, planned.Entry, DependencyCondition.Ready),
        AfterCompletionOf = Instances(planned.File, planned.Entry, DependencyCondition.Completed),
    };

    /// <exception cref="UserErrorException">It mentions a variable that is not set.</exception>
    public static IReachability? Reachability(ReachableEntry? entry, string folder)
    {
        string Expand(string text) => Variables.Expand(text, Environment.GetEnvironmentVariable, "reachable");
        if (entry?.Tcp is { } given && Expand(given) is var tcp)
            return new TcpReachability(tcp[..tcp.LastIndexOf(':')], int.Parse(tcp[(tcp.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));
        return entry?.Command is { } command ? Command([.. command.Select(Expand)], folder) : null;
    }

    private static CommandReachability Command(IReadOnlyList<string> line, string folder) =>
        new(Executables.Find(line[0], folder) ?? line[0], [.. line.Skip(1)]) { WorkingDirectory = folder };

    /// <summary>The instances of the services that an entry depends on in one way.</summary>
    public static IReadOnlyList<string> Instances(BeamlineFile file, ServiceEntry entry, DependencyCondition condition) =>
        [.. entry.DependsOn.Where(d => d.Condition == condition).SelectMany(d => InstanceNames.Of(d.Service, file.Services.Find(s => s.Name == d.Service)!.Instances))];

    private static RestartOptions Restart(JsonElement? entry)
    {
        var defaults = new RestartOptions();
        if (entry is not { } given)
            return defaults;
        if (given.ValueKind == JsonValueKind.String)
            return defaults with { Policy = given.Deserialize<RestartPolicy>(BeamlineFile.Json) };
        TimeSpan Seconds(string name, TimeSpan otherwise) => given.TryGetProperty(name, out var value) ? TimeSpan.FromSeconds(value.GetDouble()) : otherwise;
        return new RestartOptions
        {
            Policy = given.TryGetProperty("policy", out var policy) ? policy.Deserialize<RestartPolicy>(BeamlineFile.Json) : defaults.Policy,
            InitialDelay = Seconds("initial_delay", defaults.InitialDelay),
            MaxDelay = Seconds("max_delay", defaults.MaxDelay),
            Budget = given.TryGetProperty("budget", out var budget) ? budget.GetInt32() : defaults.Budget,
            Window = Seconds("window", defaults.Window),
        };
    }

    private static ReadinessProbe Ready(ReadyEntry? entry, string folder, EntryVariables variables) => entry switch
    {
        { Port: { } port } => new PortProbe(port),
        { Log: { } pattern } => new LogLineProbe(pattern),
        { Command: { } command } => new CommandProbe(Command(variables.Expand(command, "ready.command"), folder), string.Join(' ', command)),
        { Heartbeat: true } => new HeartbeatProbe(),
        _ => new RunningProbe(),
    };
}

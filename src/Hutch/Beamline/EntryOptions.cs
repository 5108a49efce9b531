using System.Text.Json;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Hutch.Supervision.Probes;

namespace Hutch.Beamline;

/// <summary>Turns the entries of a beamline file into options of supervision and scopes.</summary>
internal static class EntryOptions
{
    public static SupervisionOptions Supervision(ServiceEntry entry, IReadOnlyList<string> dependsOn, SupervisionGroup? group) => new()
    {
        Restart = Restart(entry.Restart),
        Ready = Ready(entry.Ready),
        MemoryLimit = entry.Limits?.Memory is { } memory ? MemorySize.Bytes(memory) : null,
        HeartbeatLimit = entry.Limits?.Heartbeat is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        DependsOn = dependsOn,
        Group = group,
    };

    public static IReachability? Reachability(ReachableEntry? entry)
    {
        if (entry?.Tcp is { } tcp)
            return new TcpReachability(tcp[..tcp.LastIndexOf(':')], int.Parse(tcp[(tcp.LastIndexOf(':') + 1)..]));
        return entry?.Command is { } command ? new CommandReachability(command[0], [.. command.Skip(1)]) : null;
    }

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

    private static ReadinessProbe Ready(ReadyEntry? entry) => entry switch
    {
        { Port: { } port } => new PortProbe(port),
        { Log: { } pattern } => new LogLineProbe(pattern),
        { Command: { } command } => new CommandProbe(command[0], [.. command.Skip(1)]),
        { Heartbeat: true } => new HeartbeatProbe(),
        _ => new RunningProbe(),
    };
}

using System.Text.Json;

namespace Hutch.Beamline;

/// <summary>A service of a beamline file. docs/beamline.md describes every key.</summary>
public sealed record ServiceEntry
{
    /// <summary>Its name; instances are called NAME-0, NAME-1, ...</summary>
    public required string Name { get; init; }

    /// <summary>A program that ships with Hutch, as in <c>hutch run PROGRAM</c>.</summary>
    public string? Program { get; init; }

    /// <summary>The program's command-line options, without the hyphens.</summary>
    public JsonElement? Options { get; init; }

    /// <summary>A service type, with its namespace.</summary>
    public string? Type { get; init; }

    /// <summary>The assembly file of the type.</summary>
    public string? Assembly { get; init; }

    /// <summary>The configuration of the type.</summary>
    public JsonElement? Configuration { get; init; }

    /// <summary>Any other executable with its arguments.</summary>
    public List<string>? Command { get; init; }

    /// <summary>What it runs in.</summary>
    public ContainerEntry Container { get; init; } = ContainerEntry.Process;

    /// <summary>How many of it run.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>The cluster it is attached to.</summary>
    public string? Cluster { get; init; }

    /// <summary>The node it is attached to.</summary>
    public string? Node { get; init; }

    /// <summary>The services that must be ready, or done, before it starts.</summary>
    public List<DependencyEntry> DependsOn { get; init; } = [];

    /// <summary>Its tags.</summary>
    public List<string> Tags { get; init; } = [];

    /// <summary>When it is stopped among those that may go; 0 to 100, low first.</summary>
    public int StopPriority { get; init; } = 50;

    /// <summary>Variables for the environment of its process.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>The working directory of its process. Default: the folder of the file.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A policy by name, or an object.</summary>
    public JsonElement? Restart { get; init; }

    /// <summary>The group it is restarted with.</summary>
    public string? Group { get; init; }

    /// <summary>How to find out that it is ready.</summary>
    public ReadyEntry? Ready { get; init; }

    /// <summary>What it may use before it is restarted.</summary>
    public LimitsEntry? Limits { get; init; }

    /// <summary>Seconds until a start has failed.</summary>
    public double StartTimeout { get; init; } = 30;

    /// <summary>Seconds until a stop turns into a kill.</summary>
    public double StopTimeout { get; init; } = 10;

    /// <summary>Whether <c>hutch up</c> starts it.</summary>
    public bool Autostart { get; init; } = true;
}

/// <summary>What a service of a beamline file runs in.</summary>
public enum ContainerEntry
{
    /// <summary>A process of its own.</summary>
    Process,

    /// <summary>A thread of <c>hutch up</c>.</summary>
    Thread,
}

/// <summary>A readiness probe: one of these.</summary>
/// <param name="Port">A TCP port of this machine that accepts connections.</param>
/// <param name="Log">A regular expression that matches a line of its log.</param>
/// <param name="Command">A command that ends with exit code 0.</param>
/// <param name="Heartbeat">Its first progress.</param>
public sealed record ReadyEntry(int? Port, string? Log, List<string>? Command, bool? Heartbeat);

/// <summary>Limits of a service.</summary>
/// <param name="Memory">Resident memory: bytes, or a text like <c>500MB</c>.</param>
/// <param name="Heartbeat">Seconds without progress.</param>
public sealed record LimitsEntry(JsonElement? Memory, double? Heartbeat);

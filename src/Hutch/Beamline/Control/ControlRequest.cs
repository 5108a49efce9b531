using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Beamline.Placement;

namespace Hutch.Beamline.Control;

/// <summary>A request to a running beamline: one JSON object on one line.</summary>
public sealed record ControlRequest
{
    /// <summary>services, start, stop, kill, restart, wait, reload, logs, watch or down.</summary>
    public required string Command { get; init; }

    /// <summary>Which services are meant.</summary>
    public ServiceSelector Services { get; init; } = new();

    /// <summary>Seconds until an action that is not complete is reported as such.</summary>
    public double TimeoutS { get; init; } = 30;

    /// <summary>With logs: keep sending new lines.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether replies report what the action waits for until it is complete.</summary>
    public bool Progress { get; init; }

    /// <summary>With reload: the path of the file; null for the one that runs.</summary>
    public string? File { get; init; }

    /// <summary>With reload: only make the plan.</summary>
    public bool DryRun { get; init; }

    /// <summary>With reload: environment variables that the file mentions.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>With start, stop and kill: whether the reply is sent immediately, not when it is done.</summary>
    public bool AtOnce { get; init; }

    /// <summary>With watch: the number of the last event that is known, of <see cref="Run"/>.</summary>
    public long Since { get; init; }

    /// <summary>With watch: the run that <see cref="Since"/> is of; null if none is known.</summary>
    public string? Run { get; init; }
}

/// <summary>The answer to a <see cref="ControlRequest"/>: one JSON object on one line; for logs, one a log line.</summary>
public sealed record ControlReply
{
    /// <summary>What went wrong, or null.</summary>
    public string? Error { get; init; }

    /// <summary>The services that were meant, after the action.</summary>
    public IReadOnlyList<ServiceStatus>? Services { get; init; }

    /// <summary>What the action waits for, one line for each service; the action continues.</summary>
    public IReadOnlyList<string>? Waiting { get; init; }

    /// <summary>What a reload does, or would do; the action continues.</summary>
    public IReadOnlyList<ReloadStep>? Plan { get; init; }

    /// <summary>A log line.</summary>
    public string? Line { get; init; }

    /// <summary>The process id of the supervisor.</summary>
    public int? Pid { get; init; }

    /// <summary>What tells this run of the beamline from others.</summary>
    public string? Run { get; init; }

    /// <summary>Grows with every reply of a run: of two statuses of a service, that with the higher one is the later.</summary>
    public long Stamp { get; init; }

    /// <summary>With watch: what services have logged.</summary>
    public IReadOnlyList<NodeEvent>? Events { get; init; }

    /// <summary>With watch: how many events before these are gone, because the run keeps only the latest.</summary>
    public long Lost { get; init; }
}

/// <summary>How control messages, and the output of <c>--json</c>, are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ControlRequest))]
[JsonSerializable(typeof(ControlReply))]
[JsonSerializable(typeof(List<ServiceStatus>))]
[JsonSerializable(typeof(List<ReloadStep>))]
public sealed partial class ControlProtocol : JsonSerializerContext;

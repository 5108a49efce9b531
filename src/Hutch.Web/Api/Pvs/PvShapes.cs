using System.ComponentModel;
using System.Text.Json.Nodes;
using Hutch.Web.Description;

namespace Hutch.Web.Api.Pvs;

[Description("A buffer of EPICS PVs on the bus.")]
[Example("""{"service": "epics-buffer", "host": "daq1", "pid": 812}""")]
internal sealed record PvBufferShape(
    [property: Description("Its name on the bus.")] string Service,
    [property: Description("Its host.")] string? Host,
    [property: Description("Its process.")] int? Pid);

[Description("The counters of a buffer, and its PVs.")]
[Example("""
    {"status": {"service": "epics-buffer", "list": "file", "pvs": 2, "states": {"connected": 1, "disconnected": 1}, "events": 7000, "stored": 7002, "waiting": 0, "lost": 0, "late": 0, "disconnections": 1, "pulses_refused": 0},
     "pvs": [{"name": "SAMPLE:T", "state": "disconnected", "since": 1795311913.2, "age": 71.3, "host": null, "value": "4.2", "unit": "K", "status": "NO_ALARM", "events": 600, "lost": 0, "late": 0, "disconnections": 1}]}
    """)]
internal sealed record BufferedPvs(
    [property: Description("The counters of the buffer, and the number of PVs by state.")] JsonObject Status,
    [property: Description("The PVs, unconnected ones first.")] IReadOnlyList<BufferedPvShape> Pvs);

[Description("A PV of a buffer.")]
[Example("""{"name": "SAMPLE:T", "state": "connected", "since": 1795311913.2, "age": 0.1, "host": "ioc1:5064", "value": "4.2", "unit": "K", "status": "NO_ALARM", "events": 600, "lost": 0, "late": 0, "disconnections": 0}""")]
internal sealed record BufferedPvShape
{
    [Description("The PV.")]
    public required string Name { get; init; }

    [Description("connected, silent, disconnected, or never_connected.")]
    public required string State { get; init; }

    [Description("Since when it is in this state, in seconds since 1970; if silent, since its last value.")]
    public required double Since { get; init; }

    [Description("Seconds since its last value; null if it never had one.")]
    public double? Age { get; init; }

    [Description("The server, host and port.")]
    public string? Host { get; init; }

    [Description("Its last value as text; for an enumeration, the name of the state.")]
    public string? Value { get; init; }

    [Description("The unit; null if it has none.")]
    public string? Unit { get; init; }

    [Description("The alarm status of its last value.")]
    public string? Status { get; init; }

    [Description("Values received.")]
    public long Events { get; init; }

    [Description("Values missing from the store, because it was unavailable for too long.")]
    public long Lost { get; init; }

    [Description("Values that arrived late or out of order.")]
    public long Late { get; init; }

    [Description("How often it disconnected.")]
    public long Disconnections { get; init; }
}

[Description("The values of a PV over some time: the lowest and the highest of each of equal intervals.")]
[Example("""{"pv": "SAMPLE:T", "from": 1795311984.3, "step": 2, "low": [4.1, null], "high": [4.2, null], "sampled": false, "text": null}""")]
internal sealed record PvHistoryShape(
    [property: Description("The PV.")] string Pv,
    [property: Description("The beginning of the first interval, in seconds since 1970.")] double From,
    [property: Description("The length of an interval, in seconds.")] double Step,
    [property: Description("The lowest value of each interval; null if unknown.")] IReadOnlyList<double?> Low,
    [property: Description("The highest.")] IReadOnlyList<double?> High,
    [property: Description("Whether only part of the values was read.")] bool Sampled,
    [property: Description("The last value, if it is a string.")] string? Text);

[Description("Why a PV is, or is not, connected.")]
[Example("""{"name": "SAMPLE:T", "connected": false, "searched": ["127.0.0.1:5064"], "answers": [], "answers_elsewhere": [], "reachable": [], "advice": "no server answers a search for SAMPLE:T at 127.0.0.1:5064; is the IOC running, and is the name right?"}""")]
internal sealed record PvDiagnosisShape(
    [property: Description("The PV.")] string Name,
    [property: Description("Whether the buffer is connected to it.")] bool Connected,
    [property: Description("Where the buffer searches.")] IReadOnlyList<string> Searched,
    [property: Description("Who answered there.")] IReadOnlyList<string> Answers,
    [property: Description("Who answered at usual places that the buffer does not search.")] IReadOnlyList<string> AnswersElsewhere,
    [property: Description("Those of them that accept connections.")] IReadOnlyList<string> Reachable,
    [property: Description("What to do.")] string Advice);

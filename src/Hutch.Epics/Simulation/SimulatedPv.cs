using System.Text.Json;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Simulation;

/// <summary>A PV of the simulator's file, by its member names in snake case.</summary>
public sealed record SimulatedPv
{
    /// <summary>Its name. With <see cref="Copies"/>, <c>{n}</c> in it is the number of the copy.</summary>
    public required string Name { get; init; }

    /// <summary><c>string</c>, <c>short</c>, <c>float</c>, <c>enum</c>, <c>char</c>, <c>long</c> or <c>double</c> (the default).</summary>
    public string Type { get; init; } = "double";

    /// <summary>Its first value, around which a wave varies: a number, a string, or a list of these. Default: 0 or "".</summary>
    public JsonElement? Value { get; init; }

    /// <summary>The number of elements, if no list is given. Default 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>How it changes: <c>none</c>, <c>sine</c>, <c>ramp</c>, <c>square</c>, <c>random</c>, <c>counter</c> (plus 1 each time), or <c>pulse</c>
    /// (seconds since 1970 times the rate: a pulse id that continues after a restart).</summary>
    public string Wave { get; init; } = "none";

    /// <summary>How far a wave goes from the value. Default 1.</summary>
    public double Amplitude { get; init; } = 1;

    /// <summary>Seconds of a wave. Default 10.</summary>
    public double Period { get; init; } = 10;

    /// <summary>Values a second. Default 10 if there is a wave; 0: never.</summary>
    public double? Rate { get; init; }

    /// <summary>How many PVs like this there are. Default 1.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Whether clients may put.</summary>
    public bool Writable { get; init; }

    /// <summary>The unit.</summary>
    public string Units { get; init; } = "";

    /// <summary>Digits after the point.</summary>
    public int Precision { get; init; } = 3;

    /// <summary>The names of the states.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>The range of a display: [low, high].</summary>
    public double[]? Display { get; init; }

    /// <summary>Outside: alarm MAJOR.</summary>
    public double[]? Alarm { get; init; }

    /// <summary>Outside: alarm MINOR.</summary>
    public double[]? Warning { get; init; }

    /// <summary>The range of puts.</summary>
    public double[]? Control { get; init; }

    /// <summary>A smaller change is not sent to value monitors (MDEL); -1: every change is.</summary>
    public double MonitorDeadBand { get; init; } = -1;

    /// <summary>The same for monitors of the archive (ADEL).</summary>
    public double ArchiveDeadBand { get; init; } = -1;

    internal static IReadOnlyList<string> Types { get; } = ["string", "short", "float", "enum", "char", "long", "double"];

    internal static IReadOnlyList<string> Waves { get; } = ["none", "sine", "ramp", "square", "random", "counter", "pulse"];

    internal PvType PvType => (PvType)Types.ToList().IndexOf(Type);

    internal double EffectiveRate => Rate ?? (Wave == "none" ? 0 : 10);
}

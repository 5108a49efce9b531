using System.Text.Json;
using Hutch.Epics.ChannelAccess;
using Hutch.Epics.Serving;
using Hutch.Hosting;

namespace Hutch.Epics.Simulation;

/// <summary>The file of a simulated IOC: <c>{ "pvs": [ { "name": ..., "type": ..., "wave": ... }, ... ] }</c>; comments are allowed.</summary>
public sealed record SimulatorConfiguration
{
    private const double FastestRate = 1000;
    private const int MostPvs = 1_000_000;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    /// <summary>The PVs.</summary>
    public required IReadOnlyList<SimulatedPv> Pvs { get; init; }

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a value in it is invalid.</exception>
    public static SimulatorConfiguration Read(string path)
    {
        var json = JsonConfig.Parse(JsonConfig.ReadText(path, Console.In), path, hyphensToUnderscores: false);
        json.Remove("$schema");
        SimulatorConfiguration configuration;
        try
        {
            configuration = json.Deserialize<SimulatorConfiguration>(Format)!;
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"the IOC's file {path} is invalid: {error.Message}", error);
        }
        foreach (var pv in configuration.Pvs)
            Check(path, pv);
        if (configuration.Pvs.Sum(p => (long)p.Copies) > MostPvs)
            throw new UserErrorException($"{path} has more than {MostPvs} PVs");
        return configuration;
    }

    /// <summary>Makes a PV of the file, or one of its copies.</summary>
    internal static ServedPv Make(SimulatedPv pv, int copy)
    {
        var name = pv.Name.Replace("{n}", $"{copy}", StringComparison.Ordinal);
        return new ServedPv(name, FirstValue(pv))
        {
            IsWritable = pv.Writable,
            MonitorDeadBand = pv.MonitorDeadBand,
            ArchiveDeadBand = pv.ArchiveDeadBand,
            Properties = new PvProperties
            {
                Units = pv.Units,
                Precision = pv.Precision,
                States = pv.States,
                Display = Range(pv.Display) ?? PvRange.Zero,
                Alarm = Range(pv.Alarm) ?? PvRange.None,
                Warning = Range(pv.Warning) ?? PvRange.None,
                Control = Range(pv.Control) ?? PvRange.None,
            },
        };
    }

    private static PvRange? Range(double[]? ends) => ends is null ? null : new PvRange(ends[0], ends[1]);

    private static PvData FirstValue(SimulatedPv pv)
    {
        var given = pv.Value is not { } value ? [] : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : new[] { value };
        var texts = given.Select(g => g.ValueKind == JsonValueKind.String ? g.GetString()! : g.GetRawText()).ToList();
        if (texts.Count == 0)
            texts = [pv.Type == "string" ? "" : "0"];
        if (texts.Count == 1 && pv.Count > 1)
            texts = [.. Enumerable.Repeat(texts[0], pv.Count)];
        return PvConversion.Convert(PvData.OfTexts(texts), pv.PvType, pv.States, pv.Precision)
            ?? throw new UserErrorException($"PV {pv.Name}: its value {pv.Value} is not of type {pv.Type}");
    }

    private static void Check(string path, SimulatedPv pv)
    {
        void Must(bool right, string what)
        {
            if (!right)
                throw new UserErrorException($"{path}: PV {pv.Name}: {what}");
        }

        Must(SimulatedPv.Types.Contains(pv.Type), $"its type is '{pv.Type}'; it can be {string.Join(", ", SimulatedPv.Types)}");
        Must(SimulatedPv.Waves.Contains(pv.Wave), $"its wave is '{pv.Wave}'; it can be {string.Join(", ", SimulatedPv.Waves)}");
        Must(pv.Count >= 1, $"its count is {pv.Count}; it must be at least 1");
        Must(pv.Copies >= 1, $"its copies are {pv.Copies}; they must be at least 1");
        Must(pv.Copies == 1 || pv.Name.Contains("{n}", StringComparison.Ordinal), $"it has {pv.Copies} copies; put {{n}} into its name, where the number goes");
        Must(pv.EffectiveRate is >= 0 and <= FastestRate, $"its rate is {pv.Rate}; it can be 0 to {FastestRate} per second");
        Must(pv.Period > 0, $"its period is {pv.Period}; it must be above 0 seconds");
        Must(pv.Wave == "none" || pv.Type != "string", "a string has no wave; leave it out");
        Must(pv.States.Count <= 16, $"it has {pv.States.Count} states; channel access supports at most 16");
        foreach (var (name, ends) in new[] { ("display", pv.Display), ("alarm", pv.Alarm), ("warning", pv.Warning), ("control", pv.Control) })
            Must(ends is null || (ends.Length == 2 && ends[0] <= ends[1]), $"its {name} range must be two numbers, the lower first");
        _ = FirstValue(pv);
    }
}

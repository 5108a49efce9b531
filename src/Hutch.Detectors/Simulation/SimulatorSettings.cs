using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Simulation;

/// <summary>What a simulator that is controlled over HTTP sends.</summary>
public sealed record SimulatorSettings
{
    private static readonly string[] Numbers = ["rate", "images", "loss", "duplicate", "reorder", "wrong_size", "foreign", "seed"];

    /// <summary>What the detector sees, one of <see cref="PixelPatterns.Names"/>. Default: test.</summary>
    public string Pattern { get; init; } = "test";

    /// <summary>Images per second; 0 means as fast as possible. Default 10.</summary>
    public double Rate { get; init; } = 10;

    /// <summary>Images to send; 0 means no limit. Default 0.</summary>
    public long Images { get; init; }

    /// <summary>The id of the first image. Default 1.</summary>
    public ulong FirstImageId { get; init; } = 1;

    /// <summary>What the network does to the packets. Default: nothing.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>Settings of a simulator that does this.</summary>
    public UdpSimulatorOptions Options(DaqConfiguration configuration, IPAddress destination) => new()
    {
        Destination = destination,
        Images = Images,
        Rate = Rate,
        FirstImageId = FirstImageId,
        Pattern = PixelPatterns.Create(Pattern, configuration, Faults.Seed),
        Faults = Faults,
    };

    /// <summary>The settings as JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["pattern"] = Pattern,
        ["rate"] = Rate,
        ["images"] = Images,
        ["loss"] = Faults.Drop,
        ["duplicate"] = Faults.Duplicate,
        ["reorder"] = Faults.Reorder,
        ["wrong_size"] = Faults.WrongSize,
        ["foreign"] = Faults.Foreign,
        ["seed"] = Faults.Seed,
        ["patterns"] = new JsonArray([.. PixelPatterns.Names.Select(n => (JsonNode)n)]),
    };

    /// <summary>These settings with some changed; those left out keep their values.</summary>
    /// <exception cref="UserErrorException">A value is not as it must be.</exception>
    public SimulatorSettings With(JsonObject changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var pattern = changes["pattern"] is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : Pattern;
        if (!PixelPatterns.Names.Contains(pattern))
            throw new UserErrorException($"pattern is {pattern}, but must be one of: {string.Join(", ", PixelPatterns.Names)}");
        var present = ToJson();
        var numbers = Numbers.ToDictionary(n => n, n => Number(n, changes[n] ?? present[n]!));
        foreach (var name in (string[])["rate", "images", "seed"])
        {
            if (numbers[name] is not (>= 0 and <= int.MaxValue) || (name != "rate" && numbers[name] != Math.Floor(numbers[name])))
                throw new UserErrorException($"{name} is {numbers[name].ToString(CultureInfo.InvariantCulture)}, but must be {(name == "rate" ? "a" : "a whole")} number, 0 to {int.MaxValue}");
        }
        return this with
        {
            Pattern = pattern,
            Rate = numbers["rate"],
            Images = (long)numbers["images"],
            Faults = new FaultPlan
            {
                Drop = numbers["loss"],
                Duplicate = numbers["duplicate"],
                Reorder = numbers["reorder"],
                WrongSize = numbers["wrong_size"],
                Foreign = numbers["foreign"],
                Seed = (int)numbers["seed"],
            }.Checked(),
        };
    }

    private static double Number(string name, JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : throw new UserErrorException($"{name} is {value.ToJsonString()}, but must be a number");
}

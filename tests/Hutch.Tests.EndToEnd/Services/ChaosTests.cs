using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>
/// <c>hutch chaos</c> on examples/beamline.json: every component is killed once and stopped once during acquisitions, in an order drawn from a
/// seed (HUTCH_CHAOS_SEED for another one).
/// </summary>
public class ChaosTests
{
    [Fact]
    public void Whoever_dies_or_stands_still_nothing_false_remains()
    {
        var seed = Environment.GetEnvironmentVariable("HUTCH_CHAOS_SEED") is { Length: > 0 } given ? given : "2026";
        using var beamline = new DemoBeamline();

        using var chaos = beamline.Hutch("chaos", beamline["beamline.json"], "--seed", seed, "--rounds", "16", "--images", "80", "--output", beamline.Data, "--json");

        Assert.True(chaos.WaitForExit(TimeSpan.FromMinutes(5)) == 0, $"seed {seed}: {chaos}");
        var rounds = JsonNode.Parse(chaos.Output)!["rounds"]!.AsArray();
        Assert.Equal(16, rounds.Select(r => ((string)r!["deed"]!).Split(" for ")[0]).Distinct().Count());
        Assert.Contains(rounds, r => (string?)r!["state"] == "FINISHED" && (long)r["images"]! == 80);
    }

    [Fact]
    public void What_has_no_simulated_detector_is_not_touched()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["beamline.json"], """{ "name": "real", "services": [{ "name": "sleep", "command": ["sleep", "100"] }] }""");
        using var chaos = ChildProcess.Hutch("chaos", folder["beamline.json"]);

        Assert.Equal(1, chaos.WaitForExit());
        Assert.Contains("has no udp-simulator", chaos.Errors, StringComparison.Ordinal);
    }
}

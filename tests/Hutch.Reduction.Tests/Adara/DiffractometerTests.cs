using Hutch.Reduction.Simulation;
using Hutch.Reduction.Tests.Support;
using Hutch.Services;

namespace Hutch.Reduction.Tests.Adara;

/// <summary>The example, from the simulated service to I(d), in both languages.</summary>
public class DiffractometerTests
{
    // Diamond: 3.567 angstrom / sqrt(h² + k² + l²) of 220, the strongest.
    private const double Strongest = 1.2611;

    [Theory]
    [InlineData("py", "")]
    [InlineData("csx", "csharp")]
    public void Diamond_is_seen_where_Bragg_says(string extension, string folder)
    {
        using var simulator = new AdaraSimulator(new AdaraSimulatorOptions { Port = 0, Rate = 200, Events = 2000, PulsesPerRun = 150, Runs = 1, FirstRun = 42 }, null);
        simulator.Start();
        using var reduction = new RunningReduction(new { pulses_per_chunk = 30 }, start: false);
        reduction.Configuration["listener"] = $"adara://127.0.0.1:{simulator.Port}";
        var examples = Path.Combine(Repository.Root, "examples", "diffractometer", folder);
        reduction.WriteProc(File.ReadAllText(Path.Combine(examples, $"reduce_PG3_live_proc.{extension}")), extension);
        reduction.WritePost(File.ReadAllText(Path.Combine(examples, $"reduce_PG3_live_post_proc.{extension}")), extension);
        reduction.Start();
        reduction.WaitUntil(() => reduction.Result is { IsFinal: true, Run: "42" }, "the end of the run");
        Assert.Equal(Strongest, reduction.Values("strongest reflection")[0], 0.005);
        Assert.Equal(42, reduction.Values("run")[0]);
        // 150 pulses of 24 µC and a little.
        Assert.InRange(reduction.Values("proton charge")[0], 150 * 0.024, 150 * 0.02401);
        Assert.InRange(reduction.Values("events")[0], 0.8 * 300_000, 300_000);
    }
}

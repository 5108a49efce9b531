using System.Text.Json;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Runs of <c>hutch demo</c> on a detector of a test.</summary>
internal static class DemoCommand
{
    /// <summary>The command line.</summary>
    public static string[] Arguments(TestDetector detector, int images, double rate, params string[] more) =>
        ["demo", "--config", detector.ConfigFile, "--output", detector.OutputFile, "--images", $"{images}", "--rate", $"{rate}", .. more];

    /// <summary>Runs it to a good end.</summary>
    /// <returns>Its summary.</returns>
    public static JsonElement Run(TestDetector detector, int images, double rate, params string[] more)
    {
        using var demo = ChildProcess.Hutch(Arguments(detector, images, rate, [.. more, "--json"]));
        demo.Succeed();
        detector.AssertNothingIsLeft();
        return JsonDocument.Parse(demo.Output).RootElement;
    }

    /// <summary>A count of the summary.</summary>
    public static long Count(this JsonElement summary, string name) => summary.GetProperty(name).GetInt64();
}

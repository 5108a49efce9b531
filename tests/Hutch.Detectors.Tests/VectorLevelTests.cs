using System.Diagnostics;
using Hutch.Detectors.Tests.Assembly;
using Hutch.Detectors.Tests.Compression;

namespace Hutch.Detectors.Tests;

/// <summary>
/// The tests of all that has a way of its own for each width of vectors, on a processor that has less than this one: in a process of their own,
/// in which the runtime does not use what is left out.
/// </summary>
public class VectorLevelTests
{
    private static readonly Type[] Tests =
        [typeof(VectorWidthTests), typeof(GainCorrectionTests), typeof(Packed12Tests), typeof(StreamedCopyTests), typeof(FrameConverterTests), typeof(BitTransposeTests)];

    [Theory]
    [InlineData("EnableAVX512", 256)]
    [InlineData("EnableAVX2", 128)]
    [InlineData("EnableHWIntrinsic", 0)]
    public async Task The_same_tests_pass_on_a_processor_with_less(string without, int bits)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-noLogo", "-explicit", "on", .. Tests.SelectMany(t => new[] { "-class", t.FullName! })]) { RedirectStandardOutput = true };
        start.Environment[$"DOTNET_{without}"] = "0";
        start.Environment[VectorWidthTests.Limit] = $"{bits}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output);
        Assert.Matches(@"Total: [1-9]\d+, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0", output);
    }
}

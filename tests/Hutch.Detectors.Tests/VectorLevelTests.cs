using System.Diagnostics;
using System.Runtime.Intrinsics;
using Hutch.Detectors.Tests.Assembly;
using Hutch.Detectors.Tests.Compression;

namespace Hutch.Detectors.Tests;

/// <summary>
/// The tests of all that has a way of its own for each width of vectors, on a processor that has less than this one: in a process of their own,
/// in which the runtime does not use what is left out.
/// </summary>
public class VectorLevelTests
{
    private const string LeftOut = "HUTCH_TEST_VECTORS";

    private static readonly string[] Tests =
        [.. new[] { typeof(VectorLevelTests), typeof(GainCorrectionTests), typeof(Packed12Tests), typeof(StreamedCopyTests), typeof(FrameConverterTests), typeof(BitTransposeTests) }.SelectMany(t => new[] { "-class", t.FullName! })];

    [Theory]
    [InlineData("EnableAVX512", 256)]
    [InlineData("EnableAVX2", 128)]
    [InlineData("EnableHWIntrinsic", 0)]
    public async Task The_same_tests_pass_on_a_processor_with_less(string without, int bits)
    {
        if (Environment.GetEnvironmentVariable(LeftOut) is not null)
            return;   // this is that process
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-noLogo", .. Tests]) { RedirectStandardOutput = true };
        start.Environment[$"DOTNET_{without}"] = "0";
        start.Environment[LeftOut] = $"{bits}";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output);
        Assert.Matches(@"Total: [1-9]\d+, Errors: 0, Failed: 0", output);
    }

    [Fact]
    public void The_vectors_are_no_wider_than_the_ones_to_be_tested()
    {
        if (Environment.GetEnvironmentVariable(LeftOut) is not { } bits)
            return;
        var widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

        Assert.InRange(widest, 0, int.Parse(bits, System.Globalization.CultureInfo.InvariantCulture));
    }
}

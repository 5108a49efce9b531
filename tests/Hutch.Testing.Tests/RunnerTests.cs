using System.Diagnostics;

namespace Hutch.Testing.Tests;

/// <summary>What xunit reports of tests that leave something running (<see cref="LeavingTests"/>), in a process of its own.</summary>
public class RunnerTests
{
    [Fact]
    public async Task A_test_that_leaves_something_fails_by_name_and_the_others_do_not()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["-noColor", "-noLogo", "-explicit", "only", "-class", "*LeavingTests*"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("Base_leaves_two left 2 services running: of the constructor (Running, Thread), of the test (Running, Thread).", output, StringComparison.Ordinal);
        Assert.Contains("Attribute_leaves_one left a service running: of the test (Running, Thread).", output, StringComparison.Ordinal);
        Assert.Contains("Attribute_leaves_one_of_two(leave: True) left a service running: of the theory (Running, Thread).", output, StringComparison.Ordinal);
        Assert.Contains("for a reason of its own", output, StringComparison.Ordinal);
        Assert.Contains("Attribute_leaves_one_and_fails left a service running", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Attribute_leaves_one_of_two(leave: False)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Allowed_leaves_one", output, StringComparison.Ordinal);
        Assert.Contains("Total: 6, Errors: 0, Failed: 4", output, StringComparison.Ordinal);
    }
}

using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Demo;

/// <summary>A wrong command line ends with exit code 2, names what is wrong, and does nothing.</summary>
public class UsageTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "", "" },
        { "dmeo", "dmeo" },
        { "demo --colour", "--colour" },
        { "demo --detector pilatus", "pilatus" },
        { "demo --images many", "many" },
        { "demo --images 0", "--images is 0" },
        { "demo --rate -1", "--rate is -1" },
        { "demo --loss 1.5", "--loss is 1.5" },
        { "demo --slots 1", "--slots is 1" },
        { "demo --modules 0", "--modules is 0" },
        { "demo --detector gigafrost --modules 4", "--modules is 4" },
        { "run", "" },
        { "run nothing", "nothing" },
        { "run udp-receiver", "--config" },
        { "run udp-receiver --config CONFIG --module 9", "--module 9" },
        { "run udp-receiver --config CONFIG --address here", "--address is here" },
        { "run udp-receiver --config CONFIG --frame-slots 0", "--frame-slots is 0" },
        { "run assembler --config CONFIG --converters 0", "--converters is 0" },
        { "run assembler --config CONFIG --image-slots -1", "--image-slots is -1" },
        { "run writer --config CONFIG --images 5", "--output" },
        { "run writer --config CONFIG --output /tmp/never.h5 --images 0", "--images is 0" },
        { "run udp-simulator --config CONFIG --images -1", "--images is -1" },
        { "run udp-simulator --config CONFIG --rate -1", "--rate is -1" },
        { "run udp-simulator --config CONFIG --reorder 2", "--reorder is 2" },
        { "run udp-simulator --config CONFIG --destination there", "--destination is there" },
        { "run udp-simulator --config CONFIG --pattern stripes", "stripes" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_usage(string commandLine, string named)
    {
        using var detector = SampleDetectors.Eiger();

        using var hutch = ChildProcess.Hutch(commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "CONFIG" ? detector.ConfigFile : a));

        Assert.True(hutch.WaitForExit() == 2, hutch.ToString());
        Assert.Contains(named, hutch.Errors, StringComparison.Ordinal);
        Assert.NotEmpty(hutch.Errors);
        Assert.DoesNotContain("   at ", hutch.Errors, StringComparison.Ordinal);
        detector.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("demo")]
    [InlineData("run udp-receiver")]
    [InlineData("run assembler")]
    [InlineData("run writer")]
    [InlineData("run udp-simulator")]
    public void Every_command_has_help_with_an_example(string command)
    {
        using var hutch = ChildProcess.Hutch([.. command.Split(' '), "--help"]);
        Assert.Contains($"Example: hutch {command} --", hutch.Succeed().Output, StringComparison.Ordinal);
    }
}

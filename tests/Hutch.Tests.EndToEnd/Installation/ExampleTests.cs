namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>The two worked examples run as their text says.</summary>
[Collection(nameof(BoxCollection))]
public class ExampleTests
{
    [Theory]
    [InlineData("RunnableExample", "RunnableExample={0}", "runnable_example_service_test.txt")]
    [InlineData("ScriptExample", "{0}:ScriptExample.Main", "script_example_service_test.txt")]
    public void It_writes_lines_with_the_time(string example, string specification, string file)
    {
        var (name, output) = ($"{example}ServiceTest", $"/srv/{example} output");
        Box.Hutch("install", string.Format(System.Globalization.CultureInfo.InvariantCulture, specification, Box.Assembly(example)), output, "--service-name", name).Succeed();

        Box.Hutch("manage", name, "start").Succeed();

        Box.Await("[ $(wc -l < \"$1\") = 5 ]", () => Box.Hutch("manage", name).Everything, $"{output}/{file}");
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ", Box.Shell("head -1 \"$1\"", $"{output}/{file}"));
        Box.AwaitProperty(name, "ActiveState", "inactive");
        Assert.Equal("success", Box.Property(name, "Result"));
        Box.Hutch("manage", name, "stop_and_remove", "--remove-install-args").Succeed();
    }
}

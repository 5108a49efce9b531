using System.Text.RegularExpressions;

namespace Hutch.Distribution.Tests;

/// <summary>What README and the tutorials tell their readers to type, typed.</summary>
[Collection(nameof(ReaderCollection))]
public class GuideTests(Reader reader)
{
    [Fact]
    public void The_service_of_the_readme_runs_in_a_project_of_ones_own()
    {
        var readme = new Guide("README.md");
        var folder = reader.NewFolder("readme");
        reader.Shell(folder, readme.Blocks("sh", "Write a service of your own"));
        folder = Path.Combine(folder, "thermometer");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), readme.Blocks("csharp", "Write a service of your own"));
        Assert.InRange(File.ReadLines(Path.Combine(folder, "Program.cs")).Count(), 10, 20);
        reader.Shell(folder, "dotnet build -v quiet -warnaserror");

        using var service = reader.Start(folder, "exec dotnet bin/Debug/net10.0/thermometer.dll --service-name lab.thermometer");
        service.WaitForOutput("lab.thermometer.* C\n");
        service.Signal(ChildProcess.SigInt);
        Assert.Equal(0, service.WaitForExit());
    }

    [Theory]
    [InlineData("docs/getting-started.md", "A service of your own", "Passed!.*Failed: +0, Passed: +2")]
    [InlineData("docs/tutorial-author.md", null, "\"?5\"?\n")]
    [InlineData("docs/tutorial-test-engineer.md", null, "left a service running: forgotten \\(Running, Thread\\)(.|\n)*Passed!.*Failed: +0")]
    [InlineData("docs/tutorial-operator.md", null, "receiver-0 +running(.|\n)*receiver-0 +killed")]
    [InlineData("docs/tutorial-scientist.md", null, "\\(20, 1062, 1024\\) uint16")]
    public void A_tutorial_does_what_it_says(string file, string? section, string shows)
    {
        var folder = reader.NewFolder(Path.GetFileNameWithoutExtension(file));

        var output = reader.Shell(folder, new Guide(file).Blocks("sh", section));

        Assert.True(Regex.IsMatch(output, shows), $"no {shows} in\n{output}");
    }

    [Fact]
    public void The_template_of_a_primary_service_builds_and_its_tests_pass() =>
        Assert.Matches("Passed!.*Failed: +0, Passed: +2", reader.Shell(reader.NewFolder("request"), "dotnet new hutch-request -o Scan && cd Scan && dotnet test -v quiet"));
}

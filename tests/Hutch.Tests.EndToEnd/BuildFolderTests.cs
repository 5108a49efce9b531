using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd;

/// <summary>What a project has to meet depends on where it stands in the repository, and not on where the repository stands.</summary>
public class BuildFolderTests
{
    [Theory]
    [InlineData("src/clone", "")]
    [InlineData("tests/Müller & Söhne/bench", "")]
    [InlineData("plain", "src")]
    public void A_clone_builds_alike_in_any_folder(string folder, string link)
    {
        using var place = new TemporaryFolder();
        using (var copy = ChildProcess.Start("sh", ["-eu", "-c", """
            mkdir -p "$TARGET" && cd "$ROOT"
            cp --parents Directory.*.props global.json src/Directory.Build.props src/Hutch.Native/*.csproj tests/Directory.Build.props tests/Hutch.Native.Tests/*.csproj "$TARGET"
            if [ "$LINK" ]; then ln -s "$TARGET" "$LINK"; fi
            """], ("ROOT", Repository.Root), ("TARGET", place[folder]), ("LINK", link.Length > 0 ? place[link] : "")))
            copy.Succeed();
        var clone = place[link.Length > 0 ? link : folder];

        Assert.Equal((true, false), Bar(Path.Combine(clone, "src/Hutch.Native/Hutch.Native.csproj")));
        Assert.Equal((false, true), Bar(Path.Combine(clone, "tests/Hutch.Native.Tests/Hutch.Native.Tests.csproj")));
    }

    /// <summary>Whether a project must be documented, and whether it is one of tests.</summary>
    private static (bool Documented, bool Test) Bar(string project)
    {
        using var build = ChildProcess.Start("dotnet", ["msbuild", project, "-getProperty:GenerateDocumentationFile", "-getProperty:IsTestProject"]);
        var properties = JsonDocument.Parse(build.Succeed().Output).RootElement.GetProperty("Properties");
        return (properties.GetProperty("GenerateDocumentationFile").GetString() == "true", properties.GetProperty("IsTestProject").GetString() == "true");
    }
}

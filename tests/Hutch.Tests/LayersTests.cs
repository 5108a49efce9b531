using System.Xml.Linq;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests;

/// <summary>The drawing in docs/architecture.md as a test: arrows point down, and rooms of one storey do not know each other.</summary>
public class LayersTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Hutch.Native"] = [],
        ["Hutch"] = ["Hutch.Native"],
        ["Hutch.Detectors"] = ["Hutch"],
        ["Hutch.Epics"] = ["Hutch"],
        ["Hutch.Reduction"] = ["Hutch"],
        ["Hutch.Fleet"] = ["Hutch"],
        ["Hutch.Web"] = ["Hutch", "Hutch.Detectors"],
        ["Hutch.Installation"] = ["Hutch"],
        ["Hutch.Testing"] = ["Hutch"],
        ["Hutch.Cli"] = ["Hutch", "Hutch.Detectors", "Hutch.Epics", "Hutch.Fleet", "Hutch.Installation", "Hutch.Reduction", "Hutch.Web"],
    };

    public static TheoryData<string> SourceProjects =>
        new(Directory.GetDirectories(Path.Combine(Repository.Root, "src")).SelectMany(room => Directory.GetFiles(room, "*.csproj"))
            .Select(Path.GetFileNameWithoutExtension).Where(project => project != "Hutch.Templates")!);   // which is content, not code

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_project_references_only_the_storeys_below_it(string project)
    {
        var file = Path.Combine(Repository.Root, "src", project, project + ".csproj");
        var references = XDocument.Load(file).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));

        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the drawing: add it to docs/architecture.md and to this test");
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(SourceProjects))]
    public void A_namespace_is_the_folder_it_stands_in(string project)
    {
        var folder = Path.Combine(Repository.Root, "src", project);
        foreach (var file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            var line = File.ReadLines(file).FirstOrDefault(l => l.StartsWith("namespace ", StringComparison.Ordinal));
            if (line is null)
                continue;
            var below = Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace('/', '.');
            var expected = below == "." ? project : $"{project}.{below}";
            Assert.Equal($"{Path.GetRelativePath(Repository.Root, file)}: {expected}", $"{Path.GetRelativePath(Repository.Root, file)}: {line["namespace ".Length..].TrimEnd(';')}");
        }
    }
}

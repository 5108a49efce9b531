using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;

namespace Hutch.Distribution.Tests;

/// <summary>What is in the NuGet packages.</summary>
[Collection(nameof(ReaderCollection))]
public class PackageTests(Reader reader)
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string> Libraries => ["Hutch", "Hutch.Native", "Hutch.Detectors", "Hutch.Epics", "Hutch.Web", "Hutch.Testing"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_has_icon_readme_documentation_and_symbols_with_the_sources(string name)
    {
        using var package = Open(name, "nupkg");
        var metadata = XDocument.Load(package.GetEntry($"{name}.nuspec")!.Open()).Root!.Elements().Single();
        string Value(string element) => metadata.Elements().SingleOrDefault(e => e.Name.LocalName == element)?.Value ?? "";
        Assert.Equal(("hutch.png", "README.md", "Apache-2.0", "The Hutch authors"), (Value("icon"), Value("readme"), Value("license"), Value("authors")));
        foreach (var file in new[] { "hutch.png", "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml" })
            Assert.True(package.GetEntry(file)?.Length > 0, $"{name} lacks {file}");
        if (name == "Hutch")
            Assert.Contains(metadata.Descendants(), e => e.Name.LocalName == "dependency" && e.Attribute("id")!.Value == "Hutch.Native" && e.Attribute("version")!.Value == Value("version"));

        using var symbols = Open(name, "snupkg");
        using var pdb = new MemoryStream();
        symbols.GetEntry($"lib/net10.0/{name}.pdb")!.Open().CopyTo(pdb);
        pdb.Position = 0;
        using var provider = MetadataReaderProvider.FromPortablePdbStream(pdb);
        var read = provider.GetMetadataReader();
        // The same commit gives the same bytes wherever it is built, and a debugger finds the sources of just this build.
        Assert.All(read.Documents, d => Assert.StartsWith("/_/", read.GetString(read.GetDocument(d).Name), StringComparison.Ordinal));
        Assert.Contains(read.CustomDebugInformation, c => read.GetGuid(read.GetCustomDebugInformation(c).Kind) == EmbeddedSource);
    }

    [Fact]
    public void The_tool_is_the_hutch_command()
    {
        var version = Path.GetFileNameWithoutExtension(Directory.GetFiles(reader.Feed, "Hutch.Tool.*.nupkg").Single())["Hutch.Tool.".Length..];
        Assert.StartsWith(version, reader.Shell(reader.Home, "hutch --version"), StringComparison.Ordinal);
    }

    private ZipArchive Open(string name, string extension) =>
        ZipFile.OpenRead(Directory.GetFiles(reader.Feed, $"{name}.*.{extension}").Single(f => char.IsAsciiDigit(Path.GetFileName(f)[name.Length + 1])));
}

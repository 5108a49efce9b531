using System.Text;
using Hutch.Beamline;
using Hutch.Beamline.Placement;

namespace Hutch.Tests.Beamline.Placement;

/// <summary>What of a beamline goes to a host, and which files go with it.</summary>
public sealed class PlacedPartsTests : IDisposable
{
    private readonly NoPrograms _programs = new() { PathOption = "--config" };
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch part ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private NodePart Part(string services, string files = "", string node = "far") => Part(services, out _, files, node);

    private NodePart Part(string services, out BeamlineFile file, string files = "", string node = "far")
    {
        var path = Path.Combine(_folder, "beamline.json");
        File.WriteAllText(path, $$"""
            {
              "name": "demo", "environment": { "PLACE": "$HUTCH_TEST_PLACE" },
              "groups": [{ "name": "g", "strategy": "all-for-one" }, { "name": "h", "strategy": "all-for-one" }],
              "clusters": [{ "name": "near", "nodes": [{ "name": "here" }] }, { "name": "c", "nodes": [{ "name": "far", "host": "h1"{{files}} }] }, { "name": "d", "nodes": [{ "name": "far", "host": "h2" }] }],
              "services": [{{services}}]
            }
            """);
        file = BeamlineReader.Read(path, _programs, new BeamlineReading { MayLackVariables = true });
        return PlacedParts.Of(file, "c", file.Clusters[1].Nodes!.Single(n => n.Name == node), _programs);
    }

    private void Put(string path, string text = "x")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
        File.WriteAllText(Path.Combine(_folder, path), text);
    }

    [Fact]
    public void A_part_has_what_is_on_its_node_and_starts_nothing_by_itself()
    {
        Environment.SetEnvironmentVariable("HUTCH_TEST_PLACE", "hutch 7");
        var part = Part("""
            { "name": "local", "command": ["true"] },
            { "name": "on-node", "command": ["true"], "node": "here" },
            { "name": "first", "command": ["true"], "cluster": "c", "node": "far", "group": "g" },
            { "name": "other", "command": ["true"], "cluster": "d", "node": "far" },
            { "name": "second", "command": ["echo", "$HUTCH_NO_SUCH"], "cluster": "c", "node": "far", "depends_on": ["first", "local"] }
            """, out var file);
        Assert.Equal(("demo.far", $"{Environment.MachineName}:{file.Path}"), (part.Name, part.Origin));
        Assert.Equal([new("HUTCH_TEST_PLACE", "hutch 7")], part.Variables);
        Assert.Empty(part.Files);
        Assert.Equal([null, null, "c", "d", "c"], file.Services.Select(s => PlacedParts.HomeOf(file, s)?.Cluster));

        var there = Path.Combine(_folder, "there.json");
        File.WriteAllText(there, part.File);
        var read = BeamlineReader.Read(there, _programs, new BeamlineReading { MayLackVariables = true });
        Assert.Equal(["first", "second"], read.Services.Select(s => s.Name));
        Assert.All(read.Services, s => Assert.Equal((false, 0, "c", "far"), (s.Autostart, s.DependsOn.Count, s.Cluster, s.Node)));
        Assert.Equal("g", Assert.Single(read.Groups).Name);
        Assert.Null(Assert.Single(Assert.Single(read.Clusters).Nodes!).Host);
    }

    [Fact]
    public void Files_that_programs_name_go_with_it_if_they_are_small_and_beside_the_beamline_file()
    {
        Put("daq-0.json", "zero");
        Put("daq-1.json", "one");
        Put("daq-2.json");
        Put("sub/other.json");
        using (var big = File.Create(Path.Combine(_folder, "big.json")))
            big.SetLength(16_000_001);
        using (var fits = File.Create(Path.Combine(_folder, "fits.json")))
            fits.SetLength(16_000_000);
        string Program(string name, string value, string more = "") => $$"""{ "name": "{{name}}", "program": "known", "options": { {{value}} }, "cluster": "c", "node": "far"{{more}} },""";
        var part = Part(
            Program("many", "\"config\": \"daq-{instance}.json\"", ", \"instances\": 2")
            + Program("sub", "\"config\": \"sub/other.json\", \"name\": \"daq-2.json\"")
            + Program("twice", "\"config\": \"./sub/../daq-0.json\"")
            + Program("rooted", $"\"config\": \"{_folder}/daq-2.json\"")
            + Program("outside", $"\"config\": \"../{Path.GetFileName(_folder)}/daq-2.json\"")
            + Program("big", "\"config\": [\"big.json\", \"fits.json\", \"missing.json\", \"\"]")
            + """{ "name": "command", "command": ["cat", "daq-2.json"], "cluster": "c", "node": "far" }""");
        Assert.Equal(["daq-0.json", "daq-1.json", "fits.json", "sub/other.json"], part.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("one", Encoding.UTF8.GetString(Convert.FromBase64String(part.Files["daq-1.json"])));
    }

    [Fact]
    public void Files_that_a_node_names_go_with_it_and_folders_whole()
    {
        Put("maps/a.json");
        Put("maps/deep/b.json");
        Put("script.py");
        Put("not-this.py");
        const string service = """{ "name": "a", "command": ["true"], "cluster": "c", "node": "far" }""";
        Assert.Equal(["maps/a.json", "maps/deep/b.json", "script.py"], Part(service, """, "files": ["maps", "script.py", "./script.py"]""").Files.Keys.Order(StringComparer.Ordinal));
        var error = Assert.Throws<UserErrorException>(() => Part(service, """, "files": ["missing.py"]"""));
        Assert.StartsWith("missing.py is to be copied to a host, but cannot be read: ", error.Message, StringComparison.Ordinal);
    }
}

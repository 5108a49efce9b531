using System.Text.Json;

namespace Hutch.Distribution.Tests;

/// <summary>THIRD-PARTY-NOTICES.md names all that is shipped of others.</summary>
public class NoticesTests
{
    [Fact]
    public void Every_package_and_every_asset_of_others_has_its_notice()
    {
        var notices = File.ReadAllText(Path.Combine(Repository.Root, "THIRD-PARTY-NOTICES.md"));
        var shipped = new[] { "Hutch.Cli", "Hutch.Testing" }.SelectMany(Packages)
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*LICENSE*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f).Split('.')[0]));

        Assert.Equal("", string.Join(", ", shipped.Distinct().Where(name => !notices.Contains(name, StringComparison.Ordinal))));
    }

    private static IEnumerable<string> Packages(string project)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.ChangeExtension(Repository.Built(project), ".deps.json")));
        return [.. file.RootElement.GetProperty("libraries").EnumerateObject()
            .Where(l => l.Value.GetProperty("type").GetString() == "package").Select(l => l.Name.Split('/')[0])];
    }
}

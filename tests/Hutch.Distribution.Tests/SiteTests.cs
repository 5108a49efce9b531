namespace Hutch.Distribution.Tests;

/// <summary>The documentation site. docfx takes a broken link as an error.</summary>
public class SiteTests
{
    [Fact]
    public void Every_page_is_made_and_no_link_is_broken()
    {
        using var folder = new TemporaryFolder();
        using (var make = ChildProcess.Start(Path.Combine(Repository.Root, "eng", "docs"), [folder["site"]]))
            make.Succeed(TimeSpan.FromMinutes(10));

        Assert.Equal("", string.Join(" ", Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(page => folder[$"site/docs/{Path.GetFileNameWithoutExtension(page)}.html"]).Where(page => !File.Exists(page))));
        Assert.Contains("A named, tagged unit of repeating work", File.ReadAllText(folder["site/api/Hutch.Services.Service.html"]), StringComparison.Ordinal);
        Assert.Contains("/api/v1/acquisitions", File.ReadAllText(folder["site/docs/openapi.html"]), StringComparison.Ordinal);
        Assert.Contains("net.core.rmem_max", File.ReadAllText(folder["site/docs/diagnostics.html"]), StringComparison.Ordinal);
        // Whether a page can be found: each must be in the table of contents.
        var contents = File.ReadAllText(Path.Combine(Repository.Root, "eng", "site", "toc.yml"));
        Assert.Equal("", string.Join(" ", Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(Path.GetFileName).Where(page => !contents.Contains($"docs/{page}", StringComparison.Ordinal))));
    }
}

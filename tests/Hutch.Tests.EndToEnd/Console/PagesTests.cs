using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>Each page as its visitors see it: light, dark, on a phone, and with other eyes. The pictures are kept in artifacts/screenshots.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class PagesTests(ConsoleFixture fixture)
{
    private const int Phone = 390;
    private const long LargestPage = 200_000;

    [Theory]
    [InlineData("", "table tbody tr:nth-child(8)")]
    [InlineData("acquisition", ".ledger .stage")]
    [InlineData("live", "[data-frame]:not(:text('-'))")]
    [InlineData("files", "table tbody tr")]
    [InlineData("configuration", "svg.map rect")]
    [InlineData("logs", ".log div b")]
    [InlineData("bus", "details code")]
    [InlineData("simulator", "select[name=pattern]")]
    [InlineData("reduction", "#none")]
    [InlineData("docs", "details")]
    public async Task A_page_works_for_everybody(string path, string sign)
    {
        await HaveAFileAsync();
        await using var visit = await Visit.OfAsync(fixture.Browser, fixture.Beamline.Url, path);
        await visit.SeeAsync(sign);
        if (path == "live")
            await visit.ClickAsync("Hold this image");   // a picture of a page that is always being drawn takes for ever on a busy machine
        Assert.InRange(await visit.BytesAsync(), 1, LargestPage + (path == "live" ? 100_000_000 : 0));   // images are not the page
        await ShootAsync(visit, path, "light");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await visit.BarriersAsync());
        await ShootAsync(visit, path, "dark");
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await visit.Page.SetViewportSizeAsync(Phone, 844);
        Assert.InRange(await visit.WidthAsync(), 1, Phone);
        await ShootAsync(visit, path, "phone");
        visit.AllIsWell();
    }

    private async Task HaveAFileAsync()
    {
        if (fixture.Beamline.TryGet("/api/v1/acquisitions?n=1") is JsonArray { Count: > 0 })
            return;
        await Task.Run(() => fixture.Beamline.WaitForAnotherRun("at the start"));
    }

    private static Task ShootAsync(Visit visit, string path, string kind) => visit.ShootAsync($"{(path.Length == 0 ? "overview" : path)}-{kind}");
}

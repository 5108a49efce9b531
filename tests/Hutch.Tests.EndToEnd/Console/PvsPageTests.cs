using Hutch.Tests.EndToEnd.Epics;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The page of PVs, on the example of EPICS as it runs.</summary>
public sealed class PvsPageTests
{
    private const int Phone = 390;
    private const long LargestPage = 200_000;
    private const string Temperature = "tr[data-pv='demo:temperature']";

    [Fact]
    public async Task PVs_are_seen_plotted_added_removed_and_missed()
    {
        using var example = new EpicsExample(iocIsAway: 6);
        await using var browser = await Browser.OpenAsync();
        await using var visit = await Visit.OfAsync(browser, example.Url, "pvs");
        await visit.SeeAsync($"{Temperature} .mark.ok", "connected");
        Assert.InRange(await visit.BytesAsync(), 1, LargestPage);
        var value = await visit.Page.Locator($"{Temperature} td[data-label=Value]").TextContentAsync();
        await visit.UntilAsync($"() => document.querySelector(\"{Temperature} td[data-label=Value]\").textContent !== '{value}'");

        await visit.ClickAsync("Details of demo:temperature");
        await visit.UntilAsync("() => Number(document.querySelector('dialog [data-points]')?.dataset.points) > 1");
        await visit.SeeAsync("dialog .u-legend", "highest");
        await visit.ClickAsync("Diagnose the connection");
        await visit.SeeAsync("dialog .note.ok", "demo:temperature is connected");
        Assert.Empty(await visit.BarriersAsync());
        await visit.ShootAsync("pv-light");
        await visit.ClickAsync("Close");

        await visit.Page.FillAsync("form input", "demo:pulse_id, demo:none");
        await visit.ClickAsync("Add PVs");
        await visit.SeeAsync("tr[data-pv='demo:pulse_id'] .mark.ok");
        await visit.SeeAsync("tr[data-pv='demo:none'] .mark.bad", "never connected");
        Assert.Equal("demo:none", await visit.Page.Locator("tr[data-pv]").First.GetAttributeAsync("data-pv"));   // the worst first
        await visit.SeeAsync("p", "differs from its configuration file");
        await visit.ClickAsync("Details of demo:none");
        await visit.ClickAsync("Diagnose the connection");
        await visit.SeeAsync("dialog .note", "nobody answers");
        await visit.ClickAsync("Remove demo:none");
        await visit.ClickAsync("Close");
        await visit.UntilAsync("() => !document.querySelector(\"tr[data-pv='demo:none']\")");
        await visit.Page.FillAsync("input[type=search]", "TEMP");
        await visit.UntilAsync("() => document.querySelectorAll('tr[data-pv]').length === 1");
        await visit.Page.FillAsync("input[type=search]", "");

        example.KillIoc();
        await visit.SeeAsync($"{Temperature} .mark.bad", "disconnected");
        await visit.SeeAsync(".figures .bad", "not connected");
        await visit.SeeAsync($"{Temperature} .mark.ok", "connected");

        await ShootAsync(visit);
        visit.AllIsWell();
    }

    private static async Task ShootAsync(Visit visit)
    {
        await visit.ShootAsync("pvs-light");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await visit.BarriersAsync());
        await visit.ShootAsync("pvs-dark");
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await visit.Page.SetViewportSizeAsync(Phone, 844);
        Assert.InRange(await visit.WidthAsync(), 1, Phone);
        await visit.ShootAsync("pvs-phone");
    }
}

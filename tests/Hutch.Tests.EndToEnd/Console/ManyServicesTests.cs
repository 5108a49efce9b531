using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The overview of an instrument with a hundred services.</summary>
public sealed class ManyServicesTests
{
    private const int Phone = 390;

    [Fact]
    public async Task A_hundred_services_are_seen_at_a_glance()
    {
        using var beamline = new DemoBeamline(edit: text => text.Insert(text.LastIndexOf(']'), """
            , { "name": "reader", "command": ["sleep", "3600"], "instances": 80 },
            { "name": "analysis", "command": ["sleep", "3600"], "instances": 11, "depends_on": ["reader"] },
            { "name": "alarm", "command": ["sh", "-c", "sleep 4; echo no cooling water; exit 3"], "depends_on": ["rest"], "restart": "never" }
            """));
        await using var browser = await Browser.OpenAsync();
        await using var visit = await Visit.OfAsync(browser, beamline.Url, "");
        await visit.UntilAsync("() => document.querySelectorAll('tr[data-service]').length === 100");
        await visit.SeeAsync(".verdict.bad li", "alarm: failed");
        await visit.SeeAsync(".graph text", "reader");
        Assert.InRange(await visit.CountAsync(".graph rect"), 8, 12);   // many of a kind are one box
        // No program of somebody else is taken for one that hangs because it says nothing.
        Assert.Null(beamline.Service("reader-7")["heartbeat_age_s"]);
        await visit.ShootAsync("overview-100-light");
        Assert.InRange(await visit.WidthAsync(), 1, 1280);
        Assert.Empty(await visit.BarriersAsync());
        await visit.ClickAsync("wrong 1");
        await visit.UntilAsync("() => document.querySelectorAll('tr[data-service]').length === 1");
        await visit.Page.ReloadAsync();
        await visit.UntilAsync("() => document.querySelectorAll('tr[data-service]').length === 100");
        await visit.UntilAsync("() => performance.getEntriesByName('first-contentful-paint').length === 1");
        // 0.2 s where nobody else is at work.
        Assert.InRange(await visit.Page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"), 1, 2000);
        await visit.Page.SetViewportSizeAsync(Phone, 844);
        Assert.InRange(await visit.WidthAsync(), 1, Phone);
        visit.AllIsWell();
    }
}

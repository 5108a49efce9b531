using Hutch.Tests.EndToEnd.Console;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Fleet;

/// <summary>The page of the fleet, on hosts with a network and an SSH server each.</summary>
public sealed class FleetPageTests
{
    private const int Phone = 390;
    private const long LargestPage = 200_000;

    [Fact]
    public async Task Hosts_clusters_operations_and_watchers_are_seen_and_worked_on()
    {
        await using var fleet = await FleetExample.StartAsync(3);
        await using var browser = await Browser.OpenAsync();
        await using var visit = await Visit.OfAsync(browser, fleet.Rest, "fleet");
        await visit.SeeAsync(".empty", "There are no hosts");
        await fleet.AddHostsAsync("beamline");
        string[] addresses = [.. fleet.Hosts.Select(h => h.Address)];
        foreach (var address in addresses)
            await visit.SeeAsync($"tr[data-host='{address}'] .mark.ok", "disassociated");
        await visit.SeeAsync("tr[data-cluster=beamline] .mark.ok", "ok");
        await visit.SeeAsync(".figures", "3 of 3");
        await visit.SeeAsync("dd code");   // a watcher
        Assert.InRange(await visit.BytesAsync(), 1, LargestPage);

        // A command, begun here, seen on each host, with what it prints.
        await visit.Page.Locator("summary", new PageLocatorOptions { HasText = "Start an operation" }).ClickAsync();
        await visit.Page.FillAsync("input[name=command]", "hostname; until [ -e /run/go ]; do sleep 0.1; done; echo gone on");
        await visit.Page.FillAsync("input[name=batch_size]", "2");
        await visit.ClickAsync("Start");
        await visit.SeeAsync("details[data-operation] summary", "0 of 3 hosts");
        await visit.ClickAsync($"Output of {addresses[0]}, running");
        await visit.SeeAsync("dialog pre", (await fleet.Hosts[0].InsideAsync("hostname")).Trim());
        Assert.Empty(await visit.BarriersAsync());
        foreach (var host in fleet.Hosts)
            await host.InsideAsync("touch", "/run/go");
        await visit.SeeAsync("dialog pre", "gone on");
        await visit.SeeAsync("dialog .mark.ok", "done");
        await visit.ShootAsync("fleet-output-light");
        await visit.ClickAsync("Close");
        await visit.SeeAsync("details[data-operation] summary", "3 of 3 hosts");

        // One fails in the middle of a restart, another has lost its network.
        await fleet.Hosts[1].InsideAsync("touch", "/run/broken");
        await visit.Page.SelectOptionAsync("select[name=operation]", "restart");
        await visit.Page.FillAsync("input[name=batch_size]", "1");
        await visit.ClickAsync("Start");
        await visit.SeeAsync("details[data-operation] summary", "1 of 3 hosts");
        await visit.SeeAsync("details[data-operation] .mark.bad", "failed");
        await fleet.Hosts[2].SetNetworkAsync(false);
        await visit.SeeAsync($"tr[data-host='{addresses[2]}'] .mark.bad", "failed");
        await visit.SeeAsync($"tr[data-host='{addresses[2]}'] td[data-label=Reason]", "does not answer");
        await visit.SeeAsync("tr[data-cluster=beamline] .mark.warn", "degraded");
        Assert.Equal(addresses[2], await visit.Page.Locator("tr[data-host]").First.GetAttributeAsync("data-host"));   // the worst first
        await visit.Page.Locator("details[data-operation] summary").First.ClickAsync();
        await visit.SeeAsync("details[data-operation] .note.bad", $"{addresses[1]}: exit code 1");
        await ShootAsync(visit);
        await fleet.Hosts[2].SetNetworkAsync(true);
        await visit.SeeAsync($"tr[data-host='{addresses[2]}'] .mark.ok", "disassociated");

        await visit.Page.SetViewportSizeAsync(1280, 900);
        await visit.ClickAsync($"Details of {addresses[0]}");
        await visit.SeeAsync("dialog dl", "SHA256:");
        Assert.Empty(await visit.BarriersAsync());
        await visit.ShootAsync("fleet-host-light");
        await visit.ClickAsync($"Investigate {addresses[0]}");
        await visit.ClickAsync("Close");

        // Killed from here.
        await visit.Page.SelectOptionAsync("select[name=operation]", "run");
        await visit.Page.FillAsync("input[name=command]", "sleep 4322");
        await visit.ClickAsync("Start");
        await visit.SeeAsync("details[data-operation] .mark.busy", addresses[0]);
        await visit.ClickAsync("Kill run of beamline");
        await visit.SeeAsync("details[data-operation] .mark.off", "killed");
        visit.AllIsWell("404", "503");   // no output yet; no storage yet
    }

    private static async Task ShootAsync(Visit visit)
    {
        await visit.ShootAsync("fleet-light");
        Assert.Empty(await visit.BarriersAsync());
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        Assert.Empty(await visit.BarriersAsync());
        await visit.ShootAsync("fleet-dark");
        await visit.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        await visit.Page.SetViewportSizeAsync(Phone, 844);
        Assert.InRange(await visit.WidthAsync(), 1, Phone);
        await visit.ShootAsync("fleet-phone");
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>What an operator does with the console, on a beamline that runs.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class OperatorTests(ConsoleFixture fixture)
{
    private static readonly string[] WhileRedisIsAway = ["503", "status of 503"];
    private static readonly string[] WhileTheServerIsAway = ["ERR_CONNECTION", "ERR_INCOMPLETE", "ERR_EMPTY", "WebSocket", "503"];

    private DemoBeamline Beamline => fixture.Beamline;

    [Fact]
    public async Task An_acquisition_is_started_followed_and_kept()
    {
        await using var visit = await OpenAsync("acquisition");
        var file = $"{Beamline.Data}/console-{Guid.NewGuid():N}.h5";
        await visit.Page.FillAsync("input[aria-describedby=plan]", "/nowhere/a.h5");
        await visit.SeeAsync("#plan", "Cannot start");
        await visit.Page.FillAsync("input[aria-describedby=plan]", file);
        await visit.Page.FillAsync("input[type=number]", "60");
        await visit.SeeAsync("#plan", "Expected");
        await visit.ClickAsync("Start");
        await visit.SeeAsync("h2", "Under way");
        await visit.SeeAsync(".ledger .stage >> text=file");
        await visit.SeeAsync(".ledger", "Nothing was lost");
        await visit.SeeAsync("table td code", file);

        await visit.Page.ReloadAsync();
        await visit.SeeAsync("table td code", file);

        // The server's own restart: the page says that its news is old, and goes on.
        Restart("rest");
        await visit.Page.ReloadAsync();
        await visit.SeeAsync("table td code", file);
        await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = $"Details of {file}" }).ClickAsync();
        await visit.SeeAsync("dialog .ledger");
        visit.AllIsWell(WhileTheServerIsAway);

        Beamline.WaitForAnotherRun("after the restart");
        var ledger = Beamline.TryGet("/api/v1/acquisitions/current")!["acquisition"]!["ledger"]!["stages"]!.AsArray();
        var passed = Numbers("hutch_acquisition_ledger_passed");
        Assert.Equal(ledger.Select(s => (double)s!["passed"]!), ledger.Select(s => passed[$"stage=\"{s!["stage"]}\",unit=\"{s["unit"]}\""]));
        var path = (string)Beamline.TryGet("/api/v1/acquisitions/current")!["acquisition"]!["files"]![0]!;
        var group = Beamline.TryGet($"/api/v1/h5grove/meta?file={path}&path=/")!["children"]![0]!["name"];
        Assert.Equal(passed["stage=\"file\",unit=\"images\""], (double)Beamline.TryGet($"/api/v1/h5grove/meta?file={path}&path=/{group}/data")!["shape"]![0]!);

        // All that the dashboard draws is there, but for losses as long as there are none.
        var drawn = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "grafana.json")), "hutch_[a-z_]+").Select(m => m.Value).Distinct().ToList();
        Assert.Contains("hutch_receiver_bytes_total", drawn);
        Assert.All(drawn.Except(["hutch_losses_total", "hutch_acquisition_ledger_lost"]), name => Assert.NotEmpty(Numbers(name)));
    }

    [Fact]
    public async Task The_image_changes_its_pixels_are_told_and_a_module_that_loses_packets_is_marked()
    {
        await using var visit = await OpenAsync("live");
        await visit.SeeAsync("[data-frame]:not(:text('-'))");
        var frame = await visit.Page.Locator("[data-frame]").TextContentAsync();
        await visit.UntilAsync($"() => document.querySelector('[data-frame]').textContent !== '{frame}'");
        // Every pixel of the pattern is known, and some in the middle of a module are not 0.
        await visit.Page.HoverAsync(".image-box canvas", new PageHoverOptions { Position = new Position { X = 300, Y = 200 } });
        await visit.SeeAsync(".mono", "x ");

        await using var simulator = await OpenAsync("simulator");
        await simulator.Page.FillAsync("input[name=loss]", "0.02");
        await simulator.ClickAsync("Start again");
        await visit.SeeAsync(".mark.bad", "Losses in the last");
        Assert.NotEmpty(Numbers("hutch_losses_total"));
        await simulator.SeeAsync(".figures .bad", "losses recorded");
        await simulator.Page.FillAsync("input[name=loss]", "0");
        await simulator.ClickAsync("Start again");
        await visit.SeeAsync(".mark.ok", "No losses in the last");
        visit.AllIsWell();
        simulator.AllIsWell();
    }

    [Fact]
    public async Task A_service_is_stopped_and_comes_back_and_one_that_dies_is_seen_to()
    {
        await using var visit = await OpenAsync("");
        await visit.SeeAsync("tr[data-service=live] .mark.ok");
        await visit.ClickAsync("Stop live");
        await visit.SeeAsync("tr[data-service=live] .mark.off", "stopped");
        await visit.SeeAsync(".verdict.warn", "Partly stopped");
        await visit.ClickAsync("Start live");
        await visit.SeeAsync("tr[data-service=live] .mark.ok", "running");
        Beamline.Kill("live");
        await visit.UntilAsync("() => document.querySelector('tr[data-service=live] td[data-label=Restarts]').textContent === '1'");
        await visit.SeeAsync("tr[data-service=live] .mark.ok", "running");
        await visit.ClickAsync("Logs of live");
        await visit.SeeAsync("dialog .log div:not(.quiet)");
        visit.AllIsWell();
    }

    [Fact]
    public async Task That_the_store_is_away_is_said_and_that_it_is_back()
    {
        await using var visit = await OpenAsync("");
        await visit.SeeAsync("#strip", "Store ok");
        await fixture.Redis.StopAsync();
        await visit.SeeAsync("#strip .mark.bad", "away");
        await visit.SeeAsync(".verdict.bad", "store does not answer");
        Assert.Equal("failed", await HealthAsync());
        await fixture.Redis.StartAsync();
        await visit.SeeAsync("#strip", "Store ok");
        Assert.Equal("ok", await HealthAsync());
        visit.AllIsWell(WhileRedisIsAway);
    }

    [Fact]
    public async Task A_wrong_configuration_is_said_where_it_is_wrong_a_right_one_is_set_and_taken_back()
    {
        await using var visit = await OpenAsync("configuration");
        await visit.Page.FillAsync("input[name=bit_depth]", "17");
        await visit.SeeAsync("#error-bit_depth", "17");
        Assert.True(await visit.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set it" }).IsDisabledAsync());
        await visit.ClickAsync("Discard changes");
        await visit.Page.FillAsync("input[name=stats_collection_period]", "7");
        await visit.SeeAsync(".diff", "stats_collection_period");
        await visit.ClickAsync("Set it");
        await visit.UntilAsync("() => document.querySelectorAll('[aria-label^=Compare]').length > 0");
        Assert.Equal(7, (int)Beamline.TryGet("/api/v1/config")!["config"]!["stats_collection_period"]!);
        await visit.Page.Locator("[aria-label^=Compare]").Last.ClickAsync();
        await visit.SeeAsync("dialog .diff del", "7");
        await visit.ClickAsync("Restore it");
        await visit.SeeAsync("td", "restored");
        Assert.Null(Beamline.TryGet("/api/v1/config")!["config"]!["stats_collection_period"]);
        visit.AllIsWell();
    }

    [Fact]
    public async Task A_file_is_looked_into_with_h5web()
    {
        Beamline.WaitForAnotherRun("for a file");
        await using var visit = await OpenAsync("files");
        await visit.Page.Locator("[aria-label^=Open]").First.ClickAsync();
        await visit.SeeAsync("#h5web", "NX Heatmap");   // it has found the images by itself
        await visit.SeeAsync("#h5web canvas");
        await visit.ShootAsync("file-light");
        await visit.Page.SetViewportSizeAsync(390, 844);
        Assert.InRange(await visit.WidthAsync(), 1, 390);
        await visit.ShootAsync("file-phone");
        await visit.Page.SetViewportSizeAsync(1280, 900);
        await visit.Page.GetByText("NX Line").ClickAsync();
        await visit.SeeAsync("#h5web canvas");
        await visit.Page.GetByText("Inspect", new PageGetByTextOptions { Exact = true }).ClickAsync();
        await visit.SeeAsync("#h5web", "NX_class");
        visit.AllIsWell();
    }

    [Fact]
    public async Task A_method_is_called_and_a_request_followed()
    {
        await using var visit = await OpenAsync("bus");
        await visit.Page.Locator("summary code", new PageLocatorOptions { HasText = "status" }).ClickAsync();
        await visit.ClickAsync("Call status");
        await visit.SeeAsync("pre.note", "state");
        await visit.Page.GetByText("Send a request").ClickAsync();
        await visit.Page.FillAsync("textarea", new JsonObject { ["n_images"] = 5, ["output_file"] = $"{Beamline.Data}/request.h5" }.ToJsonString());
        await visit.ClickAsync("Send");
        await visit.SeeAsync("td .mark.ok", "succeeded");
        await visit.SeeAsync("td", "request.h5");
        visit.AllIsWell();
    }

    private Task<Visit> OpenAsync(string path) => Visit.OfAsync(fixture.Browser, Beamline.Url, path);

    private void Restart(string service)
    {
        using var restart = Beamline.Hutch("restart", service);
        restart.Succeed();
    }

    private async Task<string> HealthAsync()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"{Beamline.Url}/health/ready"));
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["status"]!;
    }

    // The samples of a metric by their labels.
    private Dictionary<string, double> Numbers(string metric)
    {
        using var client = new HttpClient();
        return client.GetStringAsync(new Uri($"{Beamline.Url}/metrics")).GetAwaiter().GetResult().Split('\n')
            .Where(l => l.StartsWith(metric + "{", StringComparison.Ordinal) || l.StartsWith(metric + " ", StringComparison.Ordinal))
            .ToDictionary(l => l.Contains('{', StringComparison.Ordinal) ? l[(l.IndexOf('{', StringComparison.Ordinal) + 1)..l.IndexOf('}', StringComparison.Ordinal)] : "",
                l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}

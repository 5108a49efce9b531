using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Epics;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The page of PVs, on the example of EPICS as it runs.</summary>
public sealed class PvsPageTests
{
    private const int Phone = 390;
    private const long LargestPage = 200_000;
    private const int Many = 5000;
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
        await visit.SeeAsync("dialog .note", "no server answers");
        await visit.ClickAsync("Remove demo:none");
        await visit.UntilAsync("() => !document.querySelector(\"tr[data-pv='demo:none']\")");
        // What was buffered can still be looked at.
        await visit.SeeAsync("dialog", "The buffer has no values for this time");
        await visit.ClickAsync("1 h");
        await visit.SeeAsync("dialog [aria-label='demo:none over the last 1 h'][data-points='0']");
        Assert.Equal(0, await visit.CountAsync("dialog .note.bad"));
        await visit.ClickAsync("Close");
        await visit.Page.FillAsync("input[type=search]", "TEMP");
        await visit.UntilAsync("() => document.querySelectorAll('tr[data-pv]').length === 1");
        await visit.Page.FillAsync("input[type=search]", "");

        await visit.SeeAsync($"{Temperature} td[data-label=Value]", " C");
        await visit.SeeAsync("tr[data-pv='demo:shutter'] td[data-label=Value]", "open");

        example.KillIoc();
        await visit.SeeAsync($"{Temperature} .mark.bad", "disconnected");
        await visit.SeeAsync($"{Temperature} td[data-label=State]", "since ");
        await visit.SeeAsync(".figures .bad", "not connected");
        await visit.ShootAsync("pvs-away-light");
        Assert.Empty(await visit.BarriersAsync());
        await visit.SeeAsync($"{Temperature} .mark.ok", "connected");

        await ShootAsync(visit);
        visit.AllIsWell();
    }

    [Fact]
    public async Task Several_buffers_thousands_of_PVs_a_reader_and_a_buffer_that_is_away()
    {
        using var example = new EpicsExample(edit: Edit);
        using var reader = new HttpClient { BaseAddress = new Uri($"{example.Url}/api/v1/") };
        reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Tokens.Reading);
        await using var browser = await Browser.OpenAsync();
        await using var visit = await Visit.OfAsync(browser, example.Url, "pvs");
        await Tokens.EnterAsync(visit, Tokens.Reading);

        // The page asks for a hundred of all, whatever their number.
        await visit.SeeAsync("section[aria-label=many] .figures", $"{Many:N0} of {Many:N0}");
        await visit.SeeAsync("section[aria-label=buffer] .figures", "6 of 6");
        await visit.UntilAsync("() => document.querySelectorAll(\"tr[data-pv^='demo:many:']\").length === 100");
        Assert.InRange((await reader.GetStringAsync("pvs/many?n=100")).Length, 1, 50_000);
        var took = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.Equal("demo:many:4321", (string?)JsonNode.Parse(await reader.GetStringAsync("pvs/many?search=MANY:4321"))!["pvs"]!.AsArray().Single()!["name"]);
            took.Add(System.Diagnostics.Stopwatch.GetElapsedTime(started));
        }
        Assert.InRange(took.Order().ElementAt(5).TotalMilliseconds, 0, 500);   // 8 to 21 ms were seen
        await visit.Page.FillAsync("section[aria-label='PVs of many'] input[type=search]", "many:4321");
        await visit.UntilAsync("() => document.querySelectorAll(\"tr[data-pv^='demo:many:']\").length === 1");

        // A reader sees it all and no button that changes anything; the server says the same.
        await visit.ClickAsync("Details of demo:many:4321");
        await visit.UntilAsync("() => document.querySelector('dialog [data-points]')?.dataset.points !== ''");
        Assert.Equal(["1 day", "1 h", "1 min", "10 min", "Close", "Details", "Diagnose the connection"],
            (await visit.Page.Locator("main button, dialog button").AllTextContentsAsync()).Select(t => t.Trim()).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(0, await visit.CountAsync("main form"));
        await visit.ClickAsync("Close");
        using (var refused = await reader.PostAsJsonAsync("bus/services/many/remove_pvs", new { pvs = new[] { "demo:many:4321" } }))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        visit.AllIsWell("401");

        example.Have("stop", "many");
        await visit.SeeAsync(".note.bad", "The buffer does not answer");
        await visit.SeeAsync("tr[data-pv='demo:many:4321'] .mark.old", "was connected");
        await visit.SeeAsync($"{Temperature} .mark.ok", "connected");   // the other one is well
        example.Have("start", "many");
        await visit.SeeAsync("tr[data-pv='demo:many:4321'] .mark.ok", "connected");
        Assert.Equal(0, await visit.CountAsync(".note.bad"));
    }

    // A second buffer, of many PVs, and a server that asks who one is.
    private static string Edit(string file, string text, TemporaryFolder folder)
    {
        var names = Enumerable.Range(0, Many).Select(i => $"demo:many:{i:0000}");
        if (file == "ioc.json")
            return text[..text.LastIndexOf(']')] + string.Concat(names.Select(n => $$""", { "name": "{{n}}", "wave": "counter", "rate": 0.2 }""")) + "] }";
        if (file == "buffer.json")
            return text;
        File.WriteAllText(folder["many.json"], new JsonObject { ["pv_list"] = new JsonArray([.. names.Select(n => JsonValue.Create(n))]) }.ToJsonString());
        Tokens.WriteTo(folder["tokens"]);
        var beamline = JsonNode.Parse(text, documentOptions: new System.Text.Json.JsonDocumentOptions { CommentHandling = System.Text.Json.JsonCommentHandling.Skip })!;
        var services = beamline["services"]!.AsArray();
        var many = services.Single(s => (string?)s!["name"] == "epics-buffer")!.DeepClone();
        (many["name"], many["options"]!["service-name"], many["options"]!["config"]) = ("many", "many", "many.json");
        services.Add(many);
        services.Single(s => (string?)s!["name"] == "rest")!["options"]!["tokens"] = "tokens";
        return beamline.ToJsonString();
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

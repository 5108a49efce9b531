using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>The console under a path of a reverse proxy, for people with tokens: the form, what a reader sees, and all of it without a mouse.</summary>
public sealed class VisitorTests
{
    private static readonly string[] Pages = ["", "acquisition", "live", "files", "configuration", "logs", "bus", "pvs", "simulator", "reduction", "docs"];

    // What changes something, by its words; the rest shows, filters, and closes.
    private static readonly string[] Harmless = ["Menu", "Log out", "Logs", "all", "Pause", "Save", "Fields", "JSON", "Hold this image", "Look again", "Details", "Open", "Compare", "Show more", "Discard changes", "Close"];

    [Fact]
    public async Task A_reader_sees_all_pages_and_no_button_that_changes_anything_and_an_operator_has_them()
    {
        using var tokens = new TemporaryFolder();
        Tokens.WriteTo(tokens["tokens"]);
        using var proxy = new ReverseProxy();
        using var beamline = new DemoBeamline(edit: text => text.Replace("\"bus\": \"memory://demo\"", $"\"bus\": \"memory://demo\", \"tokens\": \"{tokens["tokens"]}\", \"cors\": [\"{proxy.Url}\"]", StringComparison.Ordinal));
        proxy.Serve(beamline.Url);
        await using var browser = await Browser.OpenAsync();
        await using var visit = await Visit.OfAsync(browser, proxy.Url, "daq/acquisition");

        await Tokens.EnterAsync(visit, "no-such-token");
        await visit.SeeAsync(".note.bad", "not known");
        visit.AllIsWell("401");
        await Tokens.EnterAsync(visit, Tokens.Reading);
        await visit.SeeAsync("h1", "Acquisition");   // where the visitor wanted to go
        foreach (var page in Pages)
        {
            await visit.Page.GotoAsync($"{proxy.Url}/daq/{page}");
            await visit.SeeAsync("#strip .news", "live");
            await visit.SeeAsync("main :is(.panel, .empty, .verdict)");
            if (page == "live")
                await visit.SeeAsync("[data-frame]:not(:text('-'))");   // the WebSocket goes through, too
            var buttons = await visit.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('button:not(.menu)')].filter(b => !b.closest('#h5web') && !b.closest('[role=group]')).map(b => b.textContent.trim())");
            Assert.Equal("", string.Join(", ", buttons.Where(b => !Harmless.Contains(b)).Select(b => $"{page}: {b}")));
        }
        visit.AllIsWell("401");

        await visit.Page.GotoAsync($"{proxy.Url}/daq/");
        await visit.SeeAsync("tr[data-service=live]");
        await visit.ClickAsync("Log out");
        await visit.SeeAsync("input[name=token]");
        await Tokens.EnterAsync(visit, Tokens.Operating);
        await WithoutAMouseAsync(visit);
        visit.AllIsWell("401");
    }

    // Skip link, navigation, and a button of the page: each is seen to have the focus.
    private static async Task WithoutAMouseAsync(Visit visit)
    {
        await visit.SeeAsync("tr[data-service=live]");
        await visit.Page.EvaluateAsync("() => { document.activeElement.blur(); scrollTo(0, 0); }");
        await visit.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("Skip to the page", await FocusAsync(visit));
        await visit.Page.Keyboard.PressAsync("Enter");
        var seen = new List<string>();
        for (var i = 0; i < 60 && seen.LastOrDefault() != "Stop live"; i++)
        {
            await visit.Page.Keyboard.PressAsync("Tab");
            seen.Add(await FocusAsync(visit));
        }
        Assert.Equal("Stop live", seen[^1]);
        Assert.DoesNotContain("", seen);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.SeeAsync("tr[data-service=live] .mark.off", "stopped");
        await visit.ClickAsync("Start live");
        await visit.SeeAsync("tr[data-service=live] .mark.ok", "running");
    }

    // The name of what has the focus, if that can be seen.
    private static Task<string> FocusAsync(Visit visit) => visit.Page.EvaluateAsync<string>("""
        () => {
          const e = document.activeElement, style = getComputedStyle(e);
          return style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2 ? '' : e.getAttribute('aria-label') ?? (e.textContent.trim() || e.placeholder || e.tagName);
        }
        """);
}

using System.Reflection;
using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;
using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Console;

/// <summary>A page of the console in a browser. All that goes wrong in it is noted: errors, requests that fail, and any to another host.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly List<string> _troubles = [];
    private readonly string _url;
    private readonly List<Task<int>> _sizes = [];

    private Visit(IPage page, string url)
    {
        (Page, _url) = (page, url);
        page.Console += (_, message) => Note(message.Type == "error", $"console: {message.Text}");
        page.PageError += (_, error) => Note(true, $"error: {error}");
        page.Response += (_, response) => Note(response.Status >= 400, $"{response.Status} {response.Url}");
        page.RequestFailed += (_, request) => Note(request.Failure != "net::ERR_ABORTED", $"{request.Url}: {request.Failure}");
        page.Request += (_, request) => Note(!request.Url.StartsWith(url, StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal), $"another host: {request.Url}");
        page.RequestFinished += (_, request) =>
        {
            lock (_sizes)
                _sizes.Add(SizeAsync(request));
        };
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
    }

    public IPage Page { get; }

    /// <summary>Bytes of all answers so far, as they went over the wire.</summary>
    public async Task<long> BytesAsync()
    {
        List<Task<int>> sizes;
        lock (_sizes)
            sizes = [.. _sizes];
        return (await Task.WhenAll(sizes)).Sum(s => (long)s);
    }

    public static async Task<Visit> OfAsync(Browser browser, string url, string path)
    {
        var visit = new Visit(await browser.NewPageAsync(1280, 900), url);
        await visit.Page.GotoAsync($"{url}/{path}");
        return visit;
    }

    /// <summary>Waits for an element.</summary>
    public Task SeeAsync(string selector, string? text = null) => Page.Locator(selector, text is null ? null : new PageLocatorOptions { HasText = text }).First.WaitForAsync();

    /// <summary>Waits until an expression of JavaScript is true.</summary>
    public Task UntilAsync(string expression) => Page.WaitForFunctionAsync(expression);

    public Task ClickAsync(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true }).First.ClickAsync();

    /// <summary>What keeps people with other eyes and hands from using the page, by axe-core: serious and critical findings.</summary>
    public async Task<IReadOnlyList<string>> BarriersAsync()
    {
        if (!await Page.EvaluateAsync<bool>("() => 'axe' in window"))
        {
            using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("axe.min.js")!;
            using var reader = new StreamReader(file);
            await Page.EvaluateAsync(await reader.ReadToEndAsync());   // past the page's own policy, which takes no scripts from elsewhere
        }
        // What others have written is for them to mend.
        var found = await Page.EvaluateAsync<JsonElement>("async () => (await axe.run({ exclude: ['#h5web'] }, { resultTypes: ['violations'] })).violations.filter(v => ['serious', 'critical'].includes(v.impact)).map(v => `${v.id}: ${v.nodes.map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | ')}`)");
        return [.. found.EnumerateArray().Select(f => f.GetString()!)];
    }

    public Task<int> CountAsync(string selector) => Page.Locator(selector).CountAsync();

    /// <summary>Keeps a picture in artifacts/screenshots.</summary>
    public Task ShootAsync(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "screenshots")).FullName;
        return Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}.png") });
    }

    public async Task<int> WidthAsync() => await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");

    /// <summary>Nothing has gone wrong so far, but for what is said to be expected.</summary>
    public void AllIsWell(params string[] expected)
    {
        lock (_troubles)
            Assert.DoesNotContain(_troubles, t => !expected.Any(e => t.Contains(e, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();

    private static async Task<int> SizeAsync(IRequest request) => (await request.SizesAsync()).ResponseBodySize;

    private void Note(bool isTrouble, string text)
    {
        // Chromium drops what it loads when the machine gets or loses a network interface, as it does through containers of other tests.
        if (!isTrouble || text.Contains("net::ERR_NETWORK_CHANGED", StringComparison.Ordinal))
            return;
        lock (_troubles)
            _troubles.Add($"{text} ({_url})");
    }
}

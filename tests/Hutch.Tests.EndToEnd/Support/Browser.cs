using Microsoft.Playwright;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Debian's Chromium, without a window.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Chromium = "/usr/bin/chromium";
    private const int Patience = 60_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Browser> OpenAsync()
    {
        var playwright = await Playwright.CreateAsync();
        // What draws images with a graphics card does so with the processor here.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--use-gl=swiftshader", "--enable-unsafe-swiftshader"] });
        return new Browser(playwright, browser);
    }

    /// <summary>A page of a browser that remembers nothing.</summary>
    public async Task<IPage> NewPageAsync(int width = 1280, int height = 1100)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height } });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}

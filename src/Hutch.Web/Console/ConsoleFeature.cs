using System.Text.Json.Nodes;
using Hutch.Store;
using Hutch.Web.Console.Frame;
using Hutch.Web.Events;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Console;

/// <summary>The operator console: a page a folder.</summary>
internal sealed class ConsoleFeature : IWebFeature
{
    /// <summary>How long a page waits for what it begins with; its script asks again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly IReadOnlyList<ConsolePage> Pages =
    [
        new Overview.OverviewPage(), new Acquisition.AcquisitionPage(), new Live.LivePage(), new Files.FilesPage(),
        new Configuration.ConfigurationPage(), new Logs.LogsPage(), new Bus.BusPage(), new Pvs.PvsPage(), new Fleet.FleetPage(), new Simulator.SimulatorPage(),
    ];

    public IReadOnlyList<PageLink> Links { get; } = [.. Pages.Select(p => p.Link)];

    public void AddServices(IServiceCollection services) => services.AddHttpContextAccessor().AddScoped<FrameState>();

    public void Map(WebApplication app)
    {
        var beats = app.Services.GetRequiredService<Beats>();
        foreach (var page in Pages)
            app.MapGet(page.Path, (HttpContext context, Instrument instrument) => ShowAsync(page, context, instrument, beats)).ExcludeFromDescription();
        app.MapGet("/favicon.ico", () => Results.Redirect("assets/icon.svg")).ExcludeFromDescription();
    }

    private static async Task<IResult> ShowAsync(ConsolePage page, HttpContext context, Instrument instrument, Beats beats)
    {
        context.Response.Headers.ContentSecurityPolicy = $"default-src 'self'; script-src {page.ScriptSources}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'";
        context.Response.Headers["Referrer-Policy"] = "same-origin";
        context.Response.Headers.CacheControl = "no-store";
        JsonNode? initial = null;
        try
        {
            _ = await beats.ReadAsync().WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false);
            initial = await page.InitialAsync(instrument, context.RequestAborted).WaitAsync(Patience, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or StoreException or UserErrorException)
        {
            // The page says so itself when its script has asked.
        }
        return new RazorComponentResult<ConsoleView>(new { Definition = page, Initial = initial });
    }
}

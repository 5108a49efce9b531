using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutch.Web.Features;

/// <summary>
/// A part of the web server that others need not know: its pages, its endpoints, and what these need. A new one is a folder, a class
/// and a line in <see cref="WebFeatures"/>.
/// </summary>
public interface IWebFeature
{
    /// <summary>Links to its pages for the start page and the navigation; none if it has only endpoints.</summary>
    IReadOnlyList<PageLink> Links => [];

    /// <summary>Registers what its endpoints and pages are given.</summary>
    void AddServices(IServiceCollection services)
    {
    }

    /// <summary>
    /// Maps its endpoints. A page that is a Razor component: <c>app.MapGet("/name", () =&gt; new RazorComponentResult&lt;NamePage&gt;())</c>.
    /// </summary>
    void Map(WebApplication app);
}

using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hutch.Web.Start;

/// <summary>The start page: what there is.</summary>
internal sealed class StartFeature : IWebFeature
{
    public void Map(WebApplication app) => app.MapGet("/", () => new RazorComponentResult<StartPage>()).ExcludeFromDescription();
}

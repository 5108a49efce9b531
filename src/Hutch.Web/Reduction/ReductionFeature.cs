using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hutch.Web.Reduction;

/// <summary>The live reductions of this machine: a page, and their status and results over HTTP.</summary>
internal sealed class ReductionFeature : IWebFeature
{
    public IReadOnlyList<PageLink> Links { get; } = [new("Reduction", "/reduction", "what the scripts make of the data while they are taken")];

    public void Map(WebApplication app)
    {
        app.MapGet("/reduction", (string? instrument) => new RazorComponentResult<ReductionPage>(new { Instrument = instrument })).ExcludeFromDescription();
        app.MapGet("/api/reduction", ReductionEndpoints.List).WithSummary("The statuses of the live reductions.");
        app.MapGet("/api/reduction/{instrument}/status", ReductionEndpoints.Status).WithSummary("How a live reduction is doing.");
        app.MapGet("/api/reduction/{instrument}/result", ReductionEndpoints.Result).WithSummary("The last result: numbers and curves whole, images by shape.");
        app.MapGet("/api/reduction/{instrument}/images/{name}", ReductionEndpoints.Image)
            .WithSummary("An image of the last result as 32-bit floating-point numbers, row by row, made smaller by averaging; rows and columns are in the headers.");
        app.MapGet("/api/reduction/{instrument}/events", ReductionEvents.Send).WithSummary("The status, again at every change (server-sent events).");
    }
}

using Hutch.LiveResults;
using Hutch.Web.Description;
using Hutch.Web.Features;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Hutch.Web.Reduction;

/// <summary>The live reductions of this machine: a page, and their status and results over HTTP.</summary>
internal sealed class ReductionFeature : IWebFeature
{
    private const string Tag = "Live reduction";

    public IReadOnlyList<PageLink> Links { get; } = [new("Reduction", "/reduction", "the scripts' results, live while data are taken")];

    public void Map(WebApplication app)
    {
        app.MapGet("/reduction", (string? instrument) => new RazorComponentResult<ReductionPage>(new { Instrument = instrument })).ExcludeFromDescription();
        app.MapGet("/api/reduction", ReductionEndpoints.List).WithSummary("The statuses of the live reductions.").WithTags(Tag).Answers<IReadOnlyList<ReductionStatus>>();
        app.MapGet("/api/reduction/{instrument}/status", ReductionEndpoints.Status).WithSummary("The status of a live reduction.").WithTags(Tag).Answers<ReductionStatus>();
        app.MapGet("/api/reduction/{instrument}/result", ReductionEndpoints.Result).WithSummary("The last result: numbers and curves in full, images by shape.").WithTags(Tag).Answers<ReductionResult>();
        app.MapGet("/api/reduction/{instrument}/images/{name}", ReductionEndpoints.Image)
            .WithSummary("An image of the last result as 32-bit floating-point numbers, row by row, made smaller by averaging; rows and columns are in the headers.").WithTags(Tag).AnswersWith("application/octet-stream");
        app.MapGet("/api/reduction/{instrument}/events", ReductionEvents.Send).WithSummary("The status, sent again at every change (server-sent events).").WithTags(Tag).AnswersWith("text/event-stream");
    }
}

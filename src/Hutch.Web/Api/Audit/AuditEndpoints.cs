using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Audit;

/// <summary>Who changed, or tried to change, what.</summary>
internal sealed class AuditEndpoints(Instrument instrument)
{
    public void Map(IEndpointRouteBuilder app) => app.Get("/audit", async (HttpContext context) =>
    {
        var entries = await instrument.Store.NewestAsync(DaqKeys.Audit, Query.Number(context.Request, "n", 100, 1, 1000), context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. entries.Select(AcquisitionLog.ReadObject)]));
    }).WithTags("Access").WithSummary("Who changed what, newest first.").Answers<IReadOnlyList<AuditEntry>>().Query<int>("n", "How many, 1 to 1000; 100 by default.");
}

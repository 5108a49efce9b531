using Hutch.Acquisitions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Web.Answers;
using Hutch.Web.Deployed;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hutch.Web.Api.Acquisitions;

/// <summary>Acquisitions with their loss ledgers.</summary>
internal sealed class AcquisitionEndpoints(Instrument instrument)
{
    private const int Most = 1000;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/acquisitions").WithTags("Acquisitions");
        group.Get("", ListAsync).WithSummary("Finished acquisitions, newest first.").Answers<IReadOnlyList<AcquisitionShape>>().Query<int>("n", "How many, 1 to 1000; 20 by default.")
            .Query<string>("search", "Only those with this text in file name, run id, state or message; the newest 1000 are searched.");
        group.Get("/plan", PlanAsync).WithSummary("What an acquisition would need, and whether it could be started.").Answers<AcquisitionPlan>()
            .Query<long>("n_images", "The number of images.").Query<string>("output_file", "The output file.");
        group.Get("/current", (HttpContext c) => Tagged.Json(c, Current())).WithSummary("The state of the writers, and the current or last acquisition with its ledger.").Answers<CurrentAcquisition>();
        group.Post("", StartAsync).WithSummary("Start an acquisition; answers 201 when the writers wait for images or, with wait=N in the query, at its end or after N seconds.").Takes<WriteBody>().Answers<CurrentAcquisition>(StatusCodes.Status201Created)
            .Query<int>("wait", "Seconds to wait for its end; 0 by default.");
        group.Post("/current/stop", StopAsync).WithSummary("Stop the running acquisition; answers when the files are closed.").Answers<CurrentAcquisition>();
        group.Get("/{id}", FindAsync).WithSummary("A finished acquisition.").Answers<AcquisitionShape>();
        group.Get("/{id}/thumbnail", ThumbnailAsync).WithSummary("A thumbnail of some of its images (GIF).").AnswersWith("image/gif");
    }

    private JsonObject Current()
    {
        var status = instrument.Daq.Status;
        var shown = JsonSerializer.SerializeToNode(status)!.AsObject();
        if (status.Acquisition is { } acquisition)
            shown["acquisition"] = AcquisitionRecord.Make(acquisition);
        shown["store_waiting"] = instrument.Outbox.Waiting;
        shown["store_dropped"] = instrument.Outbox.Dropped;
        return shown;
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var count = Query.Number(context.Request, "n", 20, 1, Most);
        var search = Query.Text(context.Request, "search");
        var entries = await instrument.Store.NewestAsync(DaqKeys.Acquisitions, string.IsNullOrEmpty(search) ? count : Most, context.RequestAborted).ConfigureAwait(false);
        return Tagged.Json(context, new JsonArray([.. entries.Select(Shape).Where(s => Fits(s, search)).Take(count)]));
    }

    private async Task<IResult> PlanAsync(HttpContext context)
    {
        var images = Query.Number(context.Request, "n_images", 1, 1, int.MaxValue);
        var file = Query.Text(context.Request, "output_file") ?? throw new BadHttpRequestException("output_file must be given");
        return Results.Json(await OwnThread.RunAsync(() => AcquisitionPlan.Make(instrument.Daq.Configuration, images, file)).ConfigureAwait(false));
    }

    private static bool Fits(JsonObject record, string? search) => string.IsNullOrEmpty(search)
        || new[] { record["info"]?["output_file"], record["info"]?["run_id"], record["state"], record["message"] }.Any(v => v?.ToString().Contains(search, StringComparison.OrdinalIgnoreCase) == true);

    private async Task<IResult> StartAsync(HttpContext context)
    {
        var wait = Query.Number(context.Request, "wait", 0, 0, 86_400);
        var body = await RequestReader.OfAsync(context.Request).ConfigureAwait(false);
        var images = body.Number("n_images", least: 1);
        var file = body.Text("output_file");
        var run = body.OptionalNumber("run_id");
        var pvs = body.OptionalTexts("pvs");
        body.ThrowIfWrong();
        if (images > int.MaxValue || run < 0 || run > ulong.MaxValue)
            throw new BadHttpRequestException($"n_images must be 1 to {int.MaxValue}, run_id 0 to {ulong.MaxValue}");
        _ = await instrument.Daq.StartAcquisitionAsync(new WriteOrder((long)images, file, run is { } given ? (ulong)given : null, pvs)).ConfigureAwait(false);
        if (wait > 0)
            _ = await instrument.Daq.WaitForEndAsync(TimeSpan.FromSeconds(wait), context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.Location = "/api/v1/acquisitions/current";
        return Tagged.Json(context, Current(), status: StatusCodes.Status201Created);
    }

    private async Task<IResult> StopAsync(HttpContext context)
    {
        if (await instrument.Daq.StopAcquisitionAsync(StopLimit).ConfigureAwait(false) is null)
            throw new TimeoutException($"the writers did not close their files within {StopLimit.TotalSeconds:0} s; they are {instrument.Daq.Status.State}");
        return Tagged.Json(context, Current());
    }

    private async Task<IResult> FindAsync(HttpContext context, string id)
    {
        var record = Shape(await EntryAsync(id).ConfigureAwait(false));
        if ((string?)record["log_id"] is { } log)
            record["reports"] = (await AcquisitionLog.FindAsync(instrument.Store, log, context.RequestAborted).ConfigureAwait(false))?["reports"]?.DeepClone();
        return Tagged.Json(context, record);
    }

    private async Task<IResult> ThumbnailAsync(string id)
    {
        var record = AcquisitionLog.ReadObject(await EntryAsync(id).ConfigureAwait(false));
        return (string?)record["log_id"] is { } log && await instrument.Store.GetAsync(DaqKeys.Thumbnail(StreamId.Parse(log))).ConfigureAwait(false) is { } gif
            ? Results.Bytes(gif, "image/gif")
            : throw new NotFoundException($"there is no thumbnail of {id} (yet): hutch run file-validator creates them");
    }

    private async Task<StreamEntry> EntryAsync(string id) =>
        StreamId.TryParse(id, out var key) && await instrument.Store.RangeAsync(DaqKeys.Acquisitions, key, key, 1).ConfigureAwait(false) is [var entry]
            ? entry
            : throw new NotFoundException($"there is no acquisition {id}");

    private static JsonObject Shape(StreamEntry entry)
    {
        var record = AcquisitionLog.ReadObject(entry);
        record["id"] = entry.Id.ToString();
        return record;
    }
}

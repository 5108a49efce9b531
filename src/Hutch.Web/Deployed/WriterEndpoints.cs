using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Web.Answers;
using Hutch.Web.Description;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hutch.Web.Deployed;

/// <summary><c>/writer</c>: starts and stops acquisitions.</summary>
internal sealed class WriterEndpoints(Instrument instrument, ILogger<WriterEndpoints> logger)
{
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    public void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/writer").WithTags("Acquisitions (deployed)");
        group.Get("/status", () => Ok(Status(), $"Writer is {Name(instrument.Daq.Status.State)}")).WithSummary("The state of the writers, and the current or last acquisition.").Answers<WriterAnswer>();
        group.Post("/write_async", (HttpContext context) => Envelope.RunAsync(context, logger, async () =>
            Ok(Json(await StartAsync(context).ConfigureAwait(false)), "Writing started."))).WithSummary("Start an acquisition; answers when the writers wait for images.").Takes<WriteBody>().Answers<WriterAnswer>();
        group.Post("/write_sync", (HttpContext context) => Envelope.RunAsync(context, logger, () => WriteSyncAsync(context)))
            .WithSummary("Start an acquisition; answers at its end, or after 60 s.").Takes<WriteBody>().Answers<WriterAnswer>();
        group.Post("/stop", (HttpContext context) => Envelope.RunAsync(context, logger, StopAsync)).WithSummary("Stop the running acquisition; answers when the files are closed.").Answers<WriterAnswer>();
    }

    private async Task<IResult> WriteSyncAsync(HttpContext context)
    {
        _ = await StartAsync(context).ConfigureAwait(false);
        var status = await instrument.Daq.WaitForEndAsync(SyncLimit, context.RequestAborted).ConfigureAwait(false)
            ?? throw new UserErrorException($"The acquisition did not end within {SyncLimit.TotalSeconds:0} s. It continues; follow it with /writer/status.");
        return status.Acquisition is { State: AcquisitionState.Failed } failed
            ? throw new UserErrorException(failed.Message)
            : Ok(Json(status), "Writing finished.");
    }

    private async Task<WriterStatus> StartAsync(HttpContext context)
    {
        var body = await RequestReader.OfAsync(context.Request).ConfigureAwait(false);
        var images = body.Number("n_images", least: 1);
        var file = body.Text("output_file");
        var run = body.OptionalNumber("run_id");
        var pvs = body.OptionalTexts("pvs");
        body.ThrowIfWrong();
        if (run is { } id && (id < 0 || id > ulong.MaxValue))
            throw new UserErrorException($"run_id is {Short(id)}, but must be 0 to {ulong.MaxValue}");
        if (images > int.MaxValue)
            throw new UserErrorException($"n_images is {Short(images)}, but must be at most {int.MaxValue}");
        try
        {
            return await instrument.Daq.StartAcquisitionAsync(new WriteOrder((long)images, file, run is { } given ? (ulong)given : null, pvs)).ConfigureAwait(false);
        }
        catch (AcquisitionUnderWayException error)
        {
            throw new UserErrorException($"Cannot start new acquisition while previous one is running:\n {PythonText.Repr(Json(error.Status))}", error);
        }
        catch (UserErrorException error) when (instrument.Daq.Status.Acquisition is { State: AcquisitionState.Failed } failed && failed.Message == $"ERROR:{error.Message}")
        {
            throw new UserErrorException(failed.Message, error);
        }
    }

    private async Task<IResult> StopAsync() => await instrument.Daq.StopAcquisitionAsync(StopLimit).ConfigureAwait(false) is { } status
        ? Ok(Json(status), "Writing stopped.")
        : throw new UserErrorException($"The writers were not ready within {StopLimit.TotalSeconds:0} s; they are {Name(instrument.Daq.Status.State)}.");

    private static IResult Ok(JsonNode? writer, string message) => Envelope.Ok(message, ("writer", writer));

    private JsonNode? Status() => Json(instrument.Daq.Status);

    private static JsonNode? Json(WriterStatus status) => JsonSerializer.SerializeToNode(status);

    private static string Name(WriterState state) => state.ToString().ToUpperInvariant();

    private static string Short(System.Numerics.BigInteger number) => number.ToString() is { Length: > 40 } digits ? $"{digits[..20]}... ({digits.Length} digits)" : number.ToString();
}

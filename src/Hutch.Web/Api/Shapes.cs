using Hutch.Acquisitions;
using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Detectors.Ledger;
using Hutch.Web.Description;

namespace Hutch.Web.Api;

[Description("An acquisition with its loss ledger.")]
[Example("""
    {"id": "1795311985052-0", "state": "FINISHED", "message": "Completed.", "info": {"n_images": 12, "output_file": "/data/a.h5", "run_id": 77},
     "stats": {"n_write_completed": 12, "n_write_requested": 12, "start_time": 1795311984.3, "stop_time": 1795311985.1}, "files": ["/data/a.h5"],
     "bytes": 12582912, "with_missing_packets": 0, "overwritten": 0, "longest_write_s": 0.004, "warning": null, "ledger": null}
    """)]
internal sealed record AcquisitionShape
{
    [Description("Its id; only of one that has ended.")]
    public string? Id { get; init; }

    [Description("Its id in the deployed log; only of one that ended well.")]
    public string? LogId { get; init; }

    [Description("Its state."), JsonConverter(typeof(StateNameConverter<AcquisitionState>))]
    public required AcquisitionState State { get; init; }

    [Description("Empty while it runs; then Completed., Interrupted. or ERROR: and the cause.")]
    public required string Message { get; init; }

    [Description("What was requested.")]
    public required AcquisitionInfo Info { get; init; }

    [Description("Its results so far.")]
    public required AcquisitionStatistics Stats { get; init; }

    [Description("Its files on disk.")]
    public required IReadOnlyList<string> Files { get; init; }

    [Description("Bytes of pixels in the files.")]
    public required long Bytes { get; init; }

    [Description("Images in the files with missing packets.")]
    public required long WithMissingPackets { get; init; }

    [Description("Images overwritten in the ring before they were written.")]
    public required long Overwritten { get; init; }

    [Description("The longest time it took to write one image, in seconds.")]
    public required double LongestWriteS { get; init; }

    [Description("What is wrong at the moment; null if nothing is.")]
    public string? Warning { get; init; }

    [Description("What was lost at which stage, once it has ended.")]
    public LossLedger? Ledger { get; init; }

    [Description("What validators found in its files; only of a single one that has ended well.")]
    public IReadOnlyList<FileReport>? Reports { get; init; }
}

[Description("The writers, and the current or last acquisition.")]
[Example("""{"state": "READY", "acquisition": null, "store_waiting": 0, "store_dropped": 0}""")]
internal sealed record CurrentAcquisition
{
    [Description("What the writers are ready for."), JsonConverter(typeof(StateNameConverter<WriterState>))]
    public required WriterState State { get; init; }

    [Description("The current acquisition, or the last one; null before the first.")]
    public required AcquisitionShape? Acquisition { get; init; }

    [Description("Entries waiting for the store.")]
    public required long StoreWaiting { get; init; }

    [Description("Entries dropped because the store was unavailable for too long.")]
    public required long StoreDropped { get; init; }
}

[Description("A configuration and its id.")]
[Example("""{"config_id": "1795311984347-0", "config": {"detector_name": "JF1", "bit_depth": 16}}""")]
internal sealed record ConfigurationShape(
    [property: Description("Its id, which is also its entity tag.")] string ConfigId,
    [property: Description("Its members.")] JsonObject Config);

[Description("The configuration after a change.")]
[Example("""{"errors": ["bit_depth is 17, but must be 16"], "config": {"detector_name": "JF1", "bit_depth": 17}}""")]
internal sealed record ConfigurationCheck(
    [property: Description("All errors, each starting with the name of a member. Empty: it can be set.")] IReadOnlyList<string> Errors,
    [property: Description("Its members.")] JsonObject Config);

[Description("Which configuration to restore.")]
[Example("""{"config_id": "1795311984347-0"}""")]
internal sealed record Rollback([property: Description("Its id. Default: the configuration before the current one.")] string? ConfigId = null);

[Description("A request on the bus.")]
[Example("""
    {"request_id": "b15453d8-3f4c-4f68-bfdd-4b2fe91a918f", "state": "succeeded", "request": {"n_images": 10},
     "services": {"JF1.writer": [{"action": "request_start", "message": null}, {"action": "request_success", "message": "/data/a.h5"}]}}
    """)]
internal sealed record RequestShape(
    [property: Description("Its id.")] string RequestId,
    [property: Description("running, succeeded or failed.")] string State,
    [property: Description("The request; null if it is not JSON.")] JsonNode? Request,
    [property: Description("By service: what it reported, oldest first.")] IReadOnlyDictionary<string, IReadOnlyList<RequestReport>> Services);

[Description("What a service reported about a request.")]
internal sealed record RequestReport(
    [property: Description("request_start, request_success or request_fail.")] string Action,
    [property: Description("Null, the result, or the reason of the failure.")] JsonNode? Message);

[Description("A request to send.")]
[Example("""{"tag": "JF1", "request": {"n_images": 10, "output_file": "/data/a.h5"}}""")]
internal sealed record NewRequest(
    [property: Description("The request for the services.")] JsonNode? Request,
    [property: Description("The tag that they listen to. Default: the server's own.")] string? Tag = null);

[Description("The id of a request that was sent.")]
[Example("""{"request_id": "b15453d8-3f4c-4f68-bfdd-4b2fe91a918f"}""")]
internal sealed record SentRequest([property: Description("The id to follow it by.")] string RequestId);

[Description("The request to kill.")]
[Example("""{"tag": "JF1"}""")]
internal sealed record Kill([property: Description("The tag of the request. Default: the server's own.")] string? Tag = null);

[Description("The result of a method.")]
[Example("""{"result": 3}""")]
internal sealed record CallResult([property: Description("Any JSON value.")] JsonNode? Result);

[Description("A service on the bus, as it reports itself.")]
[Example("""{"service": "simple", "pid": 812}""")]
internal sealed class BusServiceShape
{
    [Description("Its name.")]
    public string? Service { get; init; }

    [Description("Its process.")]
    public int? Pid { get; init; }

    [JsonExtensionData]
    public JsonObject? Others { get; init; }
}

[Description("A node, and the services attached to it.")]
[Example("""{"name": "daq1", "cluster": "daq", "services": ["writer"], "alive": 1, "waits_for": []}""")]
internal sealed record NodeShape(
    [property: Description("Its name.")] string Name,
    [property: Description("Its cluster, or null.")] string? Cluster,
    [property: Description("The services attached to it.")] IReadOnlyList<string> Services,
    [property: Description("How many of them are running.")] int Alive,
    [property: Description("Which of them wait, and for what.")] IReadOnlyList<string> WaitsFor);

[Description("A change, or an attempt at one.")]
[Example("""{"time": 1795311984.3, "who": "local", "from": "127.0.0.1", "method": "POST", "path": "/writer/stop", "status": 200, "error": null}""")]
internal sealed record AuditEntry(
    [property: Description("When, in seconds since 1970.")] double Time,
    [property: Description("Whose token it was, or local.")] string Who,
    [property: Description("The address of the client.")] string? From,
    [property: Description("The method.")] string Method,
    [property: Description("The path.")] string? Path,
    [property: Description("The status code of the answer.")] int Status,
    [property: Description("What went wrong, or null.")] string? Error);

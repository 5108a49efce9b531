using System.ComponentModel;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Web.Description;

namespace Hutch.Web.Deployed;

[Description("What every answer of the deployed interface has. An error has no further member.")]
internal abstract record DeployedAnswer
{
    [Description("ok or error; with error, message says what is wrong, even with HTTP status 200.")]
    public required string Status { get; init; }

    [Description("The outcome in words.")]
    public required string Message { get; init; }
}

[Description("The state of the writers after the request.")]
[Example("""
    {"status": "ok", "message": "Writer is READY", "writer": {"state": "READY", "acquisition": {"state": "FINISHED", "message": "Completed.",
     "info": {"n_images": 12, "output_file": "/data/a.h5", "run_id": 77}, "reports": null,
     "stats": {"n_write_completed": 12, "n_write_requested": 12, "start_time": 1795311984.3, "stop_time": 1795311985.1}}}}
    """)]
internal sealed record WriterAnswer : DeployedAnswer
{
    [Description("The writers, and the current or last acquisition.")]
    public WriterStatus? Writer { get; init; }
}

[Description("The configuration of the detector.")]
[Example("""{"status": "ok", "message": "DAQ configured for bit_depth=16.", "config": {"detector_name": "JF1", "bit_depth": 16}, "config_id": "1795311984347-0"}""")]
internal sealed record ConfigAnswer : DeployedAnswer
{
    [Description("Its members; null before there is one.")]
    public JsonObject? Config { get; init; }

    [Description("Its id; null before there is one, and after a change.")]
    public string? ConfigId { get; init; }
}

[Description("Data rates.")]
[Example("""
    {"status": "ok", "message": "DAQ statistics", "stats": {"detector": {"bytes_per_second": 104857600, "images_per_second": 100},
     "writer": {"bytes_per_second": 0, "images_per_second": 0}}}
    """)]
internal sealed record StatisticsAnswer : DeployedAnswer
{
    [Description("The last second with any data; null before the first.")]
    public Statistics? Stats { get; init; }
}

[Description("Rates of the detector and of the writers.")]
internal sealed record Statistics(
    [property: Description("What the detector sends.")] Rate Detector,
    [property: Description("What the writers write.")] Rate Writer);

[Description("A rate.")]
internal sealed record Rate(
    [property: Description("Bytes of pixels a second.")] double BytesPerSecond,
    [property: Description("Images a second.")] double ImagesPerSecond);

[Description("Successful acquisitions.")]
[Example("""{"status": "ok", "message": "DAQ logs", "logs": {"1795311985052-0": {"state": "FINISHED", "message": "Completed."}}}""")]
internal sealed record LogsAnswer : DeployedAnswer
{
    [Description("The acquisitions by id, newest first, each with the reports on its file.")]
    public JsonObject? Logs { get; init; }
}

[Description("Which servers have the configuration.")]
[Example("""
    {"status": "ok", "message": "Deployment status", "deployment": {"config_id": "1795311984347-0", "status": "SUCCESS", "message": "Deployment successful",
     "servers": {"daq1": "Done"}, "stats": {"start_time": 1795311984.347, "stop_time": 1795311985.5}}}
    """)]
internal sealed record DeploymentAnswer : DeployedAnswer
{
    [Description("What each server reported.")]
    public DeploymentStatus? Deployment { get; init; }
}

[Description("What the simulator is doing.")]
[Example("""{"status": "ok", "message": "Simulator is STREAMING", "simulator": {"status": "STREAMING", "stats": {"n_generated_images": 12}}}""")]
internal sealed record SimulatorAnswer : DeployedAnswer
{
    [Description("Its status, READY or STREAMING, and its statistics; null if it cannot be reached.")]
    public JsonObject? Simulator { get; init; }
}

[Description("What is in a file.")]
[Example("""
    {"status": "ok", "message": "Metadata retrieved.", "file_metadata": {"filename": "/data/a.h5", "file_size": 12593248, "log_id": "1795311985052-0",
     "dataset_name": "/JF1/data", "n_images": 12, "image_pixel_height": 512, "image_pixel_width": 1024, "dtype": "uint16"}}
    """)]
internal sealed record FileAnswer : DeployedAnswer
{
    [Description("The file of the acquisition.")]
    public FileMetadata? FileMetadata { get; init; }
}

[Description("The file of an acquisition.")]
internal sealed record FileMetadata(
    [property: Description("Its path.")] string Filename,
    [property: Description("Its size in bytes.")] long FileSize,
    [property: Description("The acquisition's id in the log.")] string LogId,
    [property: Description("The dataset of the images.")] string DatasetName,
    [property: Description("The number of images in it.")] long NImages,
    [property: Description("Rows of an image.")] int ImagePixelHeight,
    [property: Description("Columns of an image.")] int ImagePixelWidth,
    [property: Description("The type of a pixel, as numpy names it.")] string Dtype);

using System.ComponentModel;
using System.Text.Json.Nodes;
using Hutch.Web.Description;

namespace Hutch.Web.Legacy;

[Description("A write request for the services of the broker.")]
[Example("""{"output_file": "/data/a.h5", "n_images": 10, "user_id": 0, "sources": ["JF1"]}""")]
internal sealed record BrokerWrite(
    [property: Description("The file to create.")] string OutputFile,
    [property: Description("The number of images.")] long NImages,
    [property: Description("The user to own it.")] long UserId,
    [property: Description("What to write.")] IReadOnlyList<string> Sources);

[Description("The request to kill.")]
[Example("""{"request_id": "b15453d8-3f4c-4f68-bfdd-4b2fe91a918f"}""")]
internal sealed record BrokerRequest([property: Description("The id of the request.")] string RequestId);

[Description("How a write request ended.")]
[Example("""
    {"request_id": "b15453d8-3f4c-4f68-bfdd-4b2fe91a918f", "response": {"output_file": "/data/a.h5", "status": "request_success",
     "init_timestamp": 1795311984.3, "end_timestamp": 1795311985.1}}
    """)]
internal sealed record BrokerResult(
    [property: Description("The id of the request.")] string RequestId,
    [property: Description("The result.")] BrokerResponse Response);

[Description("The end of a write request.")]
internal sealed record BrokerResponse(
    [property: Description("The file, if the request named one.")] string? OutputFile,
    [property: Description("request_success or request_fail.")] string Status,
    [property: Description("When it was sent, in seconds since 1970.")] double InitTimestamp,
    [property: Description("When it ended, in seconds since 1970.")] double EndTimestamp);

[Description("A configuration file.")]
[Example("""{"detector_name": "JF1", "bit_depth": 16}""")]
internal sealed class ConfigFile
{
    [Description("The name of the detector; further members as in the DAQ configuration.")]
    public string? DetectorName { get; init; }

    [System.Text.Json.Serialization.JsonExtensionData]
    public JsonObject? Others { get; init; }
}

[Description("What was done.")]
[Example("""{"message": "Configuration updated successfully"}""")]
internal sealed record ConfigFileWritten([property: Description("The outcome in words.")] string Message);

using System.ComponentModel;
using System.Text.Json.Serialization;
using Hutch.Web.Description;

namespace Hutch.Web.Deployed;

/// <summary>What an acquisition is to be, for the description of the interface.</summary>
[Description("What an acquisition is to be.")]
[Example("""{"n_images": 100, "output_file": "/data/a.h5", "run_id": 77}""")]
internal sealed record WriteBody
{
    [JsonPropertyName("n_images"), Description("How many images, 1 to 2147483647.")]
    public required long Images { get; init; }

    [JsonPropertyName("output_file"), Description("An absolute path with an extension, in a folder that exists and that the user of the files may write into.")]
    public required string OutputFile { get; init; }

    [JsonPropertyName("run_id"), Description("By which the run is to be known; left out, the time in nanoseconds.")]
    public ulong? RunId { get; init; }

    [JsonPropertyName("pvs"), Description("EPICS PVs whose values epics-recorder is to add to the file; none if left out.")]
    public IReadOnlyList<string>? Pvs { get; init; }
}

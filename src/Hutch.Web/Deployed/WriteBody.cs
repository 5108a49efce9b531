using System.ComponentModel;
using System.Text.Json.Serialization;
using Hutch.Web.Description;

namespace Hutch.Web.Deployed;

/// <summary>What an acquisition is to be, for the description of the interface.</summary>
[Description("The acquisition to start.")]
[Example("""{"n_images": 100, "output_file": "/data/a.h5", "run_id": 77}""")]
internal sealed record WriteBody
{
    [JsonPropertyName("n_images"), Description("The number of images, 1 to 2147483647.")]
    public required long Images { get; init; }

    [JsonPropertyName("output_file"), Description("An absolute path with an extension, in an existing folder that the owner of the files may write to.")]
    public required string OutputFile { get; init; }

    [JsonPropertyName("run_id"), Description("The id of the run. Default: the time in nanoseconds.")]
    public ulong? RunId { get; init; }

    [JsonPropertyName("pvs"), Description("EPICS PVs whose values epics-recorder adds to the file. Default: none.")]
    public IReadOnlyList<string>? Pvs { get; init; }
}

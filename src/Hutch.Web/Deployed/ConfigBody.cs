using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Hutch.Web.Description;

namespace Hutch.Web.Deployed;

/// <summary>A configuration or a part of one, for the description of the interface. What is left out stays as it is.</summary>
[Description("A configuration or part of one; members left out keep their values.")]
[Example("""{"bit_depth": 32, "module_positions": {"0": [0, 0, 1023, 511]}}""")]
internal sealed record ConfigBody
{
    [JsonPropertyName("detector_name"), Description("The name that all channels are named after.")]
    public string? DetectorName { get; init; }

    [JsonPropertyName("detector_type"), Description("jungfrau-raw, eiger, gigafrost, ...")]
    public string? DetectorType { get; init; }

    [JsonPropertyName("n_modules"), Description("The number of modules.")]
    public int? Modules { get; init; }

    [JsonPropertyName("bit_depth"), Description("Bits of a pixel: 8, 16, 32.")]
    public int? BitDepth { get; init; }

    [JsonPropertyName("image_pixel_height"), Description("Rows of an image.")]
    public int? ImageHeight { get; init; }

    [JsonPropertyName("image_pixel_width"), Description("Columns of an image.")]
    public int? ImageWidth { get; init; }

    [JsonPropertyName("start_udp_port"), Description("Module m is received on this port + m.")]
    public int? StartUdpPort { get; init; }

    [JsonPropertyName("writer_user_id"), Description("The id of the user to own the files; less than 1: the user the writer runs as.")]
    public int? WriterUserId { get; init; }

    [JsonPropertyName("module_positions"), Description("By module: [start_x, start_y, end_x, end_y].")]
    public JsonObject? ModulePositions { get; init; }

    [JsonPropertyName("submodule_info"), Description("Anything about the modules.")]
    public JsonObject? SubmoduleInfo { get; init; }
}

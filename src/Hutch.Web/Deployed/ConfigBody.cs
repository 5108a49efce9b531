using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Hutch.Web.Deployed;

/// <summary>A configuration or a part of one, for the description of the interface. What is left out stays as it is.</summary>
internal sealed record ConfigBody
{
    [JsonPropertyName("detector_name")]
    public string? DetectorName { get; init; }

    [JsonPropertyName("detector_type"), Description("jungfrau-raw, eiger, gigafrost, ...")]
    public string? DetectorType { get; init; }

    [JsonPropertyName("n_modules")]
    public int? Modules { get; init; }

    [JsonPropertyName("bit_depth")]
    public int? BitDepth { get; init; }

    [JsonPropertyName("image_pixel_height")]
    public int? ImageHeight { get; init; }

    [JsonPropertyName("image_pixel_width")]
    public int? ImageWidth { get; init; }

    [JsonPropertyName("start_udp_port")]
    public int? StartUdpPort { get; init; }

    [JsonPropertyName("writer_user_id"), Description("The user who is to own the files; less than 1 for the one the writer runs as.")]
    public int? WriterUserId { get; init; }

    [JsonPropertyName("module_positions"), Description("By module: [start_x, start_y, end_x, end_y].")]
    public JsonObject? ModulePositions { get; init; }

    [JsonPropertyName("submodule_info")]
    public JsonObject? SubmoduleInfo { get; init; }
}

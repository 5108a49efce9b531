using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Detectors.Daq;

/// <summary>Merges changes into the current configuration: members that are left out, or null, keep their values.</summary>
public static class ConfigurationMerge
{
    /// <summary>The whole numbers of a configuration that clients set.</summary>
    public static IReadOnlyList<string> Numbers { get; } =
        ["bit_depth", "image_pixel_height", "image_pixel_width", "n_modules", "start_udp_port", "writer_user_id"];

    private static readonly HashSet<string> Known =
    [
        .. Numbers, "detector_name", "detector_type", "module_positions", "submodule_info", "module_sync_queue_size", "ram_buffer_gb",
        "number_of_writers", "stats_collection_period", "max_number_of_forwarders_spawned", "use_all_forwarders", "live_stream_configs",
    ];

    private static readonly string[] Corners = ["start_x", "start_y", "end_x", "end_y"];

    /// <summary>The configuration with the changes in it. It is validated by <see cref="Configuration.DaqConfigurationFile"/> to say.</summary>
    /// <param name="present">The present configuration; it stays as it is.</param>
    /// <param name="changes">The changes. Unknown members are ignored; numbers may be text; a module's position may be four numbers or an object.</param>
    public static JsonObject Apply(JsonObject present, JsonObject changes)
    {
        ArgumentNullException.ThrowIfNull(present);
        ArgumentNullException.ThrowIfNull(changes);
        var merged = (JsonObject)present.DeepClone();
        foreach (var (name, value) in changes)
        {
            if (value is null || !(Known.Contains(name) || present.ContainsKey(name)))
                continue;
            // Deployed clients can only ever send an empty object here, and mean no change.
            if (name == "module_positions" && value is JsonObject { Count: 0 } && present.ContainsKey(name))
                continue;
            merged[name] = name switch
            {
                "module_positions" when value is JsonObject positions => Positions(positions),
                _ when Numbers.Contains(name) => Number(value),
                _ => value.DeepClone(),
            };
        }
        return merged;
    }

    private static JsonNode Number(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && long.TryParse(value.GetValue<string>().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? JsonValue.Create(number)
            : value.DeepClone();

    private static JsonObject Positions(JsonObject positions)
    {
        var lists = new JsonObject();
        foreach (var (module, place) in positions)
        {
            lists[module] = place is JsonObject corners && Array.TrueForAll(Corners, corners.ContainsKey)
                ? new JsonArray([.. Corners.Select(c => corners[c] is { } corner ? Number(corner) : null)])
                : place?.DeepClone();
        }
        return lists;
    }
}

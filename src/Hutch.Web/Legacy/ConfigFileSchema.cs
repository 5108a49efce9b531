using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Web.Legacy;

/// <summary>What a configuration file of <c>/api/config</c> must have.</summary>
internal static class ConfigFileSchema
{
    private static readonly (string Name, string Type)[] Members =
    [
        ("detector_name", "string"), ("detector_type", "string"), ("n_modules", "integer"), ("bit_depth", "integer"),
        ("image_pixel_height", "integer"), ("image_pixel_width", "integer"), ("start_udp_port", "integer"), ("writer_user_id", "integer"),
        ("submodule_info", "object"), ("max_number_of_forwarders_spawned", "integer"), ("use_all_forwarders", "boolean"),
        ("module_sync_queue_size", "integer"), ("module_positions", "object"),
    ];

    /// <summary>What is wrong first, in the words of a JSON schema's validator; null if nothing is.</summary>
    public static string? FirstError(JsonObject config)
    {
        foreach (var (name, type) in Members)
        {
            if (!config.TryGetPropertyValue(name, out var value))
                return $"'{name}' is a required property";
            if (!Fits(value, type))
                return $"{Answers.PythonText.Repr(value)} is not of type '{type}'";
        }
        return null;
    }

    private static bool Fits(JsonNode? value, string type) => type switch
    {
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "integer" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && double.IsInteger(number.GetValue<double>()),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        _ => value is JsonObject,
    };
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.LiveResults;

/// <summary>How results and statuses look as JSON: snake_case, enumerations by name.</summary>
public static class ResultJson
{
    /// <summary>The options of every writer and reader.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}

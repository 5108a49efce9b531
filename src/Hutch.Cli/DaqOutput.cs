using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Cli;

/// <summary>How the state of the data acquisition is shown.</summary>
internal static class DaqOutput
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints JSON for people.</summary>
    public static void Print(JsonNode? node) => Console.WriteLine(node is null ? "null" : node.ToJsonString(Indented));

    /// <summary>A line about the writers.</summary>
    public static string Line(JsonNode? writer)
    {
        if (writer?["acquisition"] is not JsonObject acquisition)
            return $"{writer?["state"]}; no acquisition yet";
        var stats = acquisition["stats"];
        var lines = $"{writer["state"]}; {acquisition["info"]?["output_file"]}: {acquisition["state"]}, {stats?["n_write_completed"]} of {acquisition["info"]?["n_images"]} images";
        return (string?)acquisition["message"] is { Length: > 0 } message ? $"{lines}; {message}" : lines;
    }

    /// <summary>A time in seconds since 1970 as people of this place read it.</summary>
    public static string Time(JsonNode? seconds) => seconds is JsonValue value && value.TryGetValue<double>(out var number) && number > 0
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)(number * 1000)).ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "-";
}

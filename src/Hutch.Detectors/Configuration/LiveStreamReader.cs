using System.Text.Json;

namespace Hutch.Detectors.Configuration;

/// <summary>
/// Reads <c>live_stream_configs</c>: an object of stream address to
/// <c>{"type": "forward" | "periodic" | "batch", "config": [a, b]}</c>.
/// </summary>
internal static class LiveStreamReader
{
    private const string Name = "live_stream_configs";

    internal static Dictionary<string, LiveStreamConfiguration> Read(JsonElement root, List<string> errors)
    {
        var streams = new Dictionary<string, LiveStreamConfiguration>();
        if (!root.TryGetProperty(Name, out var all))
            return streams;
        if (all.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{Name} is {all.ValueKind}, but must be an object of stream address to type and config");
            return streams;
        }
        foreach (var member in all.EnumerateObject())
        {
            if (ReadOne(member.Value) is { } stream)
                streams[member.Name] = stream;
            else
                errors.Add($"{Name}[{member.Name}] is {member.Value.GetRawText()}, but must be "
                    + """{"type": "forward"}, {"type": "periodic", "config": [images, times a second]} or {"type": "batch", "config": [images, of how many]}, numbers at least 1""");
        }
        return streams;
    }

    private static LiveStreamConfiguration? ReadOne(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
            return null;
        if (type.GetString() == "forward")
            return new LiveStreamConfiguration(LiveStreamSelection.Forward);
        LiveStreamSelection? selection = type.GetString() switch { "periodic" => LiveStreamSelection.Periodic, "batch" => LiveStreamSelection.Batch, _ => null };
        if (selection is null || !value.TryGetProperty("config", out var pair) || pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
            return null;
        return DaqConfigurationFile.ToInteger(pair[0]) is { } images and >= 1 && DaqConfigurationFile.ToInteger(pair[1]) is { } every and >= 1
            ? new LiveStreamConfiguration(selection.Value, images, every)
            : null;
    }
}

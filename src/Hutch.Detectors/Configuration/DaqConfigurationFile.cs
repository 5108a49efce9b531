using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Configuration;

/// <summary>
/// Reads a <see cref="DaqConfiguration"/> from JSON. Comments and trailing commas are allowed, whole numbers may be text, and
/// unknown members are ignored, since they occur in deployed files. All errors are reported together.
/// </summary>
public static partial class DaqConfigurationFile
{
    private static readonly string[] CornerNames = ["start_x", "start_y", "end_x", "end_y"];
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, is not JSON, or holds an invalid configuration.</exception>
    public static DaqConfiguration Read(string path)
    {
        try
        {
            var configuration = Parse(File.ReadAllText(path), path);
            return configuration.Gain.File.Length == 0 ? configuration : configuration with
            {
                Gain = configuration.Gain with { File = Path.GetFullPath(configuration.Gain.File, Path.GetDirectoryName(Path.GetFullPath(path))!) },
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"DAQ configuration {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="json">The configuration.</param>
    /// <param name="source">Its name in errors.</param>
    /// <exception cref="UserErrorException">The text is not JSON, or an invalid configuration.</exception>
    public static DaqConfiguration Parse(string json, string source)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Options);
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"DAQ configuration {source} is not JSON: line {error.LineNumber + 1}: {error.Message.Split(" LineNumber:")[0]}", error);
        }
        using (document)
        {
            var (configuration, errors) = Read(document.RootElement);
            return errors.Count == 0
                ? configuration
                : throw new UserErrorException($"DAQ configuration {source} is invalid:\n  {string.Join("\n  ", errors)}");
        }
    }

    /// <summary>All errors of a configuration, each starting with the name of a member.</summary>
    public static IReadOnlyList<string> Check(JsonElement json) => Read(json).Errors;

    private static (DaqConfiguration Configuration, List<string> Errors) Read(JsonElement root)
    {
        var errors = new List<string>();
        var configuration = Convert(root, errors);
        Validate(configuration, errors);
        return (configuration, errors);
    }

    private static DaqConfiguration Convert(JsonElement root, List<string> errors)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"it is {root.ValueKind}, but must be an object");
            root = JsonDocument.Parse("{}").RootElement;
        }
        return new DaqConfiguration
        {
            DetectorName = Text(root, "detector_name", errors),
            DetectorType = Text(root, "detector_type", errors),
            Modules = Integer(root, "n_modules", errors),
            BitDepth = Integer(root, "bit_depth", errors),
            ImageHeight = Integer(root, "image_pixel_height", errors),
            ImageWidth = Integer(root, "image_pixel_width", errors),
            StartUdpPort = Integer(root, "start_udp_port", errors),
            WriterUserId = Integer(root, "writer_user_id", errors),
            ModulePositions = Positions(root, errors),
            ModuleSyncQueueSize = Integer(root, "module_sync_queue_size", errors, 50),
            RamBufferGb = Integer(root, "ram_buffer_gb", errors, 0),
            Writers = Integer(root, "number_of_writers", errors, 0),
            StatsCollectionPeriod = Integer(root, "stats_collection_period", errors, 10),
            Gain = new GainSettings
            {
                File = Text(root, "gain_file", errors, ""),
                Gains = Text(root, "gains_dataset", errors, "/gains"),
                Pedestals = Text(root, "pedestals_dataset", errors, "/pedestals"),
                Rule = Text(root, "gain_rule", errors, GainSettings.DocumentedRule),
            },
            MaxForwarders = Integer(root, "max_number_of_forwarders_spawned", errors, 8),
            UseAllForwarders = Boolean(root, "use_all_forwarders", errors),
            SenderSendsFullImages = Boolean(root, "sender_sends_full_images", errors),
            LiveStreams = LiveStreamReader.Read(root, errors),
        };
    }

    private static void Validate(DaqConfiguration c, List<string> errors)
    {
        // A field that could not be read has an error already; what follows from several fields is checked once all can be.
        var unreadable = errors.Select(e => e.Split(' ')[0]).ToHashSet();
        if (!unreadable.Contains("detector_name") && !Name().IsMatch(c.DetectorName))
            errors.Add($"detector_name is \"{c.DetectorName}\", but names files and channels: letters, digits, '_', '.' and '-' only, at most 64");
        Range("n_modules", c.Modules, 1, 1024);
        Range("image_pixel_height", c.ImageHeight, 1, 1 << 20);
        Range("image_pixel_width", c.ImageWidth, 1, 1 << 20);
        Range("start_udp_port", c.StartUdpPort, 1, 65536 - Math.Max(1, c.Modules));
        Range("module_sync_queue_size", c.ModuleSyncQueueSize, 1, 100_000);
        Range("ram_buffer_gb", c.RamBufferGb, 0, 1 << 20);
        Range("number_of_writers", c.Writers, 0, 64);
        Range("stats_collection_period", c.StatsCollectionPeriod, 1, 86_400);
        if (!unreadable.Contains("gain_rule") && c.Gain.Rule is not (GainSettings.DocumentedRule or GainSettings.UpstreamRule))
            errors.Add($"gain_rule is \"{c.Gain.Rule}\", but must be {GainSettings.DocumentedRule} (gain bits 3 mean parameters 2) or {GainSettings.UpstreamRule} (they mean 0)");
        Range("max_number_of_forwarders_spawned", c.MaxForwarders, 1, 1024);
        var kind = DetectorKinds.Find(c.DetectorType);
        if (kind is null && !unreadable.Contains("detector_type"))
            errors.Add($"detector_type is \"{c.DetectorType}\", but must be one of: {string.Join(", ", DetectorKinds.TypeNames)}");
        if (unreadable.Count == 0)
            kind?.Validate(c, errors);
        if (errors.Count == 0 && c.ImageBytes > int.MaxValue)
            errors.Add($"an image of {c.ImageWidth} x {c.ImageHeight} pixels has {c.ImageBytes} bytes, but at most {int.MaxValue} are possible");

        void Range(string name, int value, int least, int most)
        {
            if (!unreadable.Contains(name) && (value < least || value > most))
                errors.Add($"{name} is {value}, but must be {least} to {most}");
        }
    }

    private static string Text(JsonElement root, string name, List<string> errors, string? missing = null)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            if (missing is null)
                errors.Add($"{name} is missing");
            return missing ?? "";
        }
        if (value.ValueKind != JsonValueKind.String)
            errors.Add($"{name} is {value.GetRawText()}, but must be a string");
        else
            return value.GetString()!;
        return "";
    }

    private static int Integer(JsonElement root, string name, List<string> errors, int? missing = null)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            if (missing is null)
                errors.Add($"{name} is missing");
            return missing ?? 0;
        }
        if (ToInteger(value) is { } number)
            return number;
        errors.Add($"{name} is {value.GetRawText()}, but must be a whole number");
        return 0;
    }

    private static bool Boolean(JsonElement root, string name, List<string> errors)
    {
        if (!root.TryGetProperty(name, out var value))
            return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        errors.Add($"{name} is {value.GetRawText()}, but must be true or false");
        return false;
    }

    internal static int? ToInteger(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    private static Dictionary<int, ModulePosition> Positions(JsonElement root, List<string> errors)
    {
        var positions = new Dictionary<int, ModulePosition>();
        if (!root.TryGetProperty("module_positions", out var all))
        {
            errors.Add("module_positions is missing");
            return positions;
        }
        if (all.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"module_positions is {all.ValueKind}, but must be an object of module id to [start_x, start_y, end_x, end_y]");
            return positions;
        }
        foreach (var member in all.EnumerateObject())
        {
            var corners = Corners(member.Value);
            if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var module))
                errors.Add($"module_positions[{member.Name}]: \"{member.Name}\" is not a module id");
            else if (corners is [{ } startX, { } startY, { } endX, { } endY])
                positions[module] = new ModulePosition(startX, startY, endX, endY);
            else
                errors.Add($"module_positions[{member.Name}] is {member.Value.GetRawText()}, but must be [start_x, start_y, end_x, end_y]");
        }
        return positions;
    }

    private static int?[] Corners(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => [.. value.EnumerateArray().Select(ToInteger)],
        JsonValueKind.Object => [.. CornerNames.Select(n => value.TryGetProperty(n, out var v) ? ToInteger(v) : null)],
        _ => [],
    };

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex Name();
}

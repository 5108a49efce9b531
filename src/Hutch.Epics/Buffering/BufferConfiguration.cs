using System.Text.Json;
using System.Text.Json.Serialization;
using Hutch.Hosting;

namespace Hutch.Epics.Buffering;

/// <summary>What a buffer collects: the deployed std-daq file <c>{"pulse_id_pv": ..., "pv_list": [...], "use_archiver_precision": false}</c>.</summary>
public sealed record BufferConfiguration
{
    private const int LongestName = 255;

    /// <summary>The PV whose value is the id of the current pulse; null: values get no pulse ids.</summary>
    [JsonPropertyName("pulse_id_pv")]
    public string? PulseIdPv { get; init; }

    /// <summary>The PVs to collect.</summary>
    [JsonPropertyName("pv_list")]
    public required IReadOnlyList<string> PvList { get; init; }

    /// <summary>Whether to collect also changes that only the archive's dead band lets through. Default: false.</summary>
    [JsonPropertyName("use_archiver_precision")]
    public bool UseArchiverPrecision { get; init; }

    /// <summary>Reads and checks a file; other members than these are for other programs.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a name in it is invalid.</exception>
    public static BufferConfiguration Read(string path)
    {
        var json = JsonConfig.Parse(JsonConfig.ReadText(path, Console.In), path, hyphensToUnderscores: false);
        try
        {
            var configuration = json.Deserialize<BufferConfiguration>()!;
            return configuration with { PvList = Checked(configuration.PvList ?? throw new JsonException("pv_list is null")) };
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"the buffer's configuration {path} is invalid: {error.Message}", error);
        }
    }

    /// <summary>A list of PVs without repetitions.</summary>
    /// <exception cref="UserErrorException">One is not the name of a PV.</exception>
    public static IReadOnlyList<string> Checked(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var all = names.Distinct().ToList();
        foreach (var name in all)
        {
            if (string.IsNullOrEmpty(name) || name.Length > LongestName || name.Any(c => c is <= ' ' or > '~' or '/'))
                throw new UserErrorException($"'{name}' is not a valid PV name: it must have 1 to {LongestName} ASCII characters without spaces and '/'");
        }
        return all;
    }
}

using System.Text.Json.Serialization;

namespace Hutch.Epics.Writing;

/// <summary>What a request wrote, and what it could not: the result in its status.</summary>
public sealed record WriteResult
{
    private readonly List<string> _withoutData = [];
    private readonly Dictionary<string, int> _gaps = [];
    private readonly Dictionary<string, int> _segments = [];

    /// <summary>The file.</summary>
    [JsonPropertyName("output_file")]
    public required string OutputFile { get; init; }

    /// <summary>How many PVs were asked for.</summary>
    [JsonPropertyName("channels")]
    public required int Channels { get; init; }

    /// <summary>How many entries were written, of all PVs.</summary>
    [JsonPropertyName("points")]
    public long Points { get; private set; }

    /// <summary>Pulses that the buffer does not have within the range: the control system, or the buffer, was unavailable.</summary>
    [JsonPropertyName("missing_pulses")]
    public long MissingPulses { get; init; }

    /// <summary>PVs without any value.</summary>
    [JsonPropertyName("without_data")]
    public IReadOnlyList<string> WithoutData => _withoutData;

    /// <summary>PVs that were disconnected within the range, and how often the file records it.</summary>
    [JsonPropertyName("gaps")]
    public IReadOnlyDictionary<string, int> Gaps => _gaps;

    /// <summary>PVs whose type or shape changed within the range, and into how many datasets their values went.</summary>
    [JsonPropertyName("segments")]
    public IReadOnlyDictionary<string, int> Segments => _segments;

    internal void Note(string pv, int segments, int points, int disconnected)
    {
        if (segments == 0)
        {
            _withoutData.Add(pv);
            return;
        }
        Points += points;
        if (disconnected > 0)
            _gaps[pv] = disconnected;
        if (segments > 1)
            _segments[pv] = segments;
    }
}

using System.Text.Json.Serialization;

namespace Hutch.Cli.Chaos;

/// <summary>What came of a round.</summary>
internal sealed record ChaosRound
{
    [JsonPropertyName("round")]
    public required int Round { get; init; }

    [JsonPropertyName("deed")]
    public required string Deed { get; init; }

    [JsonPropertyName("at_image")]
    public required int AtImage { get; init; }

    /// <summary>Seconds until all services were ready again and rest answered; null if they were not in time.</summary>
    [JsonPropertyName("back_after_s")]
    public double? BackAfterS { get; set; }

    /// <summary>How the acquisition ended; null if it did not.</summary>
    [JsonPropertyName("state")]
    public string? State { get; set; }

    /// <summary>The images in its file.</summary>
    [JsonPropertyName("images")]
    public long Images { get; set; }

    /// <summary>What was not as it must be.</summary>
    [JsonPropertyName("faults")]
    public List<string> Faults { get; } = [];
}

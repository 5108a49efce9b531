using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Detectors.Ledger;

/// <summary>What an acquisition should have brought, and what of it was lost at each stage and why. Made by <see cref="AcquisitionLosses"/>.</summary>
public sealed record LossLedger
{
    /// <summary>The id of the first image that arrived, or null.</summary>
    [JsonPropertyName("first_image_id")]
    public ulong? FirstImageId { get; init; }

    /// <summary>The id of the last image that arrived, or null.</summary>
    [JsonPropertyName("last_image_id")]
    public ulong? LastImageId { get; init; }

    /// <summary>How often the ids started again in the middle: the detector was started again.</summary>
    [JsonPropertyName("restarts")]
    public int Restarts { get; init; }

    /// <summary>Frames in the images that miss packets; their pixels are 0.</summary>
    [JsonPropertyName("incomplete_frames")]
    public long IncompleteFrames { get; init; }

    /// <summary>Images that arrived with packets missing, according to their metadata.</summary>
    [JsonPropertyName("incomplete_images")]
    public long IncompleteImages { get; init; }

    /// <summary>Losses that were recorded but could not be read, because there were more than the journal holds.</summary>
    [JsonPropertyName("unreadable")]
    public long Unreadable { get; init; }

    /// <summary>
    /// The stages, in the order in which the data pass. Those before the synchroniser are left out when packets are missing and none of them
    /// said so: they are programs of another maker, or run on another machine.
    /// </summary>
    [JsonPropertyName("stages")]
    public required IReadOnlyList<LedgerRow> Stages { get; init; }

    /// <summary>Whether every stage accounts for everything that reached it.</summary>
    [JsonPropertyName("adds_up")]
    public bool AddsUp => Unreadable == 0 && Stages.All(s => s.AddsUp);

    /// <summary>The ledger as JSON, as written to the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(this);
}

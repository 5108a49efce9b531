using System.Text.Json.Serialization;

namespace Hutch.Detectors.Ledger;

/// <summary>What reached a stage, what it passed on, and what was lost there and why.</summary>
/// <param name="Stage">The stage: network, receiver, converter, synchroniser, stream, compressor, channel, writer, file.</param>
/// <param name="Unit">What is counted: packets, frames or images.</param>
/// <param name="Expected">How many should have come out of it.</param>
/// <param name="Passed">How many did, as the next stage or the file has them.</param>
/// <param name="Lost">How many were lost, by reason.</param>
public sealed record LedgerRow(
    [property: JsonPropertyName("stage")] string Stage,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("expected")] long Expected,
    [property: JsonPropertyName("passed")] long Passed,
    [property: JsonPropertyName("lost")] IReadOnlyDictionary<string, long> Lost)
{
    /// <summary>Whether what was expected is what was passed on and what was lost, and no loss is negative.</summary>
    [JsonPropertyName("adds_up")]
    public bool AddsUp => Expected == Passed + Lost.Values.Sum() && Lost.Values.All(n => n >= 0) && Passed >= 0;
}

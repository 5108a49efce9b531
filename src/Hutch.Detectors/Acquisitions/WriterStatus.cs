using System.Text.Json.Serialization;

namespace Hutch.Detectors.Acquisitions;

/// <summary>The state of a detector's writers, and the present or the last acquisition. Its JSON is that of the deployed REST interface.</summary>
/// <param name="State">What they are ready for.</param>
/// <param name="Acquisition">The acquisition under way, or the last one; null before the first.</param>
public sealed record WriterStatus(
    [property: JsonPropertyName("state"), JsonConverter(typeof(StateNameConverter<WriterState>))] WriterState State,
    [property: JsonPropertyName("acquisition")] Acquisition? Acquisition);

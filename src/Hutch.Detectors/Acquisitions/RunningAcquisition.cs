using System.Text.Json.Serialization;

namespace Hutch.Detectors.Acquisitions;

/// <summary>What has to be known of an acquisition that is under way, to end it well when its driver has died.</summary>
/// <param name="Info">What it was asked to do.</param>
/// <param name="StartTime">When it was asked for, in seconds since 1970.</param>
/// <param name="LossesFrom">The position of the loss journal then: what was noted before belongs to earlier acquisitions.</param>
public sealed record RunningAcquisition(
    [property: JsonPropertyName("info")] AcquisitionInfo Info,
    [property: JsonPropertyName("start_time")] double StartTime,
    [property: JsonPropertyName("losses_from")] long LossesFrom);

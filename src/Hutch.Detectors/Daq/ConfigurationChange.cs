using System.Text.Json.Serialization;

namespace Hutch.Detectors.Daq;

/// <summary>Who set which configuration.</summary>
/// <param name="ConfigId">The id of the configuration.</param>
/// <param name="Who">Who did it.</param>
/// <param name="What"><c>initial</c>, <c>set</c> or <c>rollback</c>.</param>
/// <param name="At">When, in seconds since 1970.</param>
/// <param name="RollbackOf">The id of the configuration that was restored, or null.</param>
public sealed record ConfigurationChange(
    [property: JsonPropertyName("config_id")] string ConfigId,
    [property: JsonPropertyName("who")] string Who,
    [property: JsonPropertyName("what")] string What,
    [property: JsonPropertyName("at")] double At,
    [property: JsonPropertyName("rollback_of")] string? RollbackOf = null);

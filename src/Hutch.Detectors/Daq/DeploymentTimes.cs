using System.Text.Json.Serialization;

namespace Hutch.Detectors.Daq;

/// <summary>When a configuration was deployed, in seconds since 1970.</summary>
/// <param name="StartTime">When it was set; 0 if there is none.</param>
/// <param name="StopTime">When a server said something last; 0 if none has.</param>
public sealed record DeploymentTimes(
    [property: JsonPropertyName("start_time")] double StartTime,
    [property: JsonPropertyName("stop_time")] double StopTime);

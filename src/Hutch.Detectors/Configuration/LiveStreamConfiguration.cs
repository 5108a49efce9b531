namespace Hutch.Detectors.Configuration;

/// <summary>Which images a live stream carries.</summary>
/// <param name="Selection">The rule.</param>
/// <param name="Images">Images of a group: in a row every period (periodic), or of every <paramref name="Every"/> (batch). At least 1.</param>
/// <param name="Every">Periods per second (periodic), or how many images a group is taken from (batch). At least 1.</param>
public sealed record LiveStreamConfiguration(LiveStreamSelection Selection, int Images = 1, int Every = 1);

namespace Hutch.Cli.Chaos;

/// <summary>How <c>hutch chaos</c> goes about it.</summary>
/// <param name="Seed">Of what is drawn.</param>
/// <param name="Rounds">How often something is killed or stopped.</param>
/// <param name="Images">The images of the acquisition of a round.</param>
/// <param name="Output">The folder for the files; null for a new one, which goes when it is empty.</param>
/// <param name="EndWithin">The time in which an acquisition must have begun, and ended.</param>
internal sealed record ChaosOptions(int Seed, int Rounds, int Images, string? Output, TimeSpan EndWithin);

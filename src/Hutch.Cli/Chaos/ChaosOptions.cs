namespace Hutch.Cli.Chaos;

/// <summary>How <c>hutch chaos</c> goes about it.</summary>
/// <param name="Seed">Of what is drawn.</param>
/// <param name="Rounds">How often something is killed or stopped.</param>
/// <param name="Images">The images of the acquisition of a round.</param>
/// <param name="Folder">Where the files go.</param>
/// <param name="IsFolderOurs">Whether the folder was made for this, and goes when it is empty.</param>
/// <param name="EndWithin">The time in which an acquisition must have begun, and ended.</param>
internal sealed record ChaosOptions(int Seed, int Rounds, int Images, string Folder, bool IsFolderOurs, TimeSpan EndWithin);

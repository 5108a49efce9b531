namespace Hutch.Detectors.Diagnosis;

/// <summary>One thing that was looked at on this host.</summary>
/// <param name="Name">What.</param>
/// <param name="Verdict">Whether it is well.</param>
/// <param name="Now">How it is.</param>
/// <param name="Wanted">How it should be.</param>
/// <param name="Command">The command that changes it; null if nothing needs changing.</param>
/// <param name="Why">What goes wrong otherwise.</param>
public sealed record HostCheck(string Name, HostVerdict Verdict, string Now, string Wanted, string? Command, string Why)
{
    internal static HostCheck Of(string name, bool isWell, string now, string wanted, string command, string why, HostVerdict otherwise = HostVerdict.Change) =>
        new(name, isWell ? HostVerdict.Well : otherwise, now, wanted, isWell ? null : command, why);
}

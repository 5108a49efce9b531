namespace Hutch.Installation;

/// <summary>A service of a beamline file that becomes a unit of its own.</summary>
/// <param name="Name">The service's name in the file.</param>
/// <param name="DependsOn">The names of those it depends on.</param>
/// <param name="Autostart">Whether it starts with the others.</param>
public sealed record UnitPart(string Name, IReadOnlyList<string> DependsOn, bool Autostart);

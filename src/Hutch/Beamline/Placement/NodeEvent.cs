namespace Hutch.Beamline.Placement;

/// <summary>Something that a service has logged.</summary>
/// <param name="Number">Its place among all of the run, from 1 on.</param>
/// <param name="Service">The service; empty for the supervisor itself.</param>
/// <param name="Line">The line as <c>hutch logs</c> shows it: with time and level.</param>
public sealed record NodeEvent(long Number, string Service, string Line);

using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Placement;

/// <summary>Something that a service has logged.</summary>
/// <param name="Number">Its place among all of the run, from 1 on.</param>
/// <param name="Service">The service; empty for the supervisor itself.</param>
/// <param name="At">When.</param>
/// <param name="Level">Its level.</param>
/// <param name="Text">What it says.</param>
public sealed record NodeEvent(long Number, string Service, DateTimeOffset At, LogLevel Level, string Text);

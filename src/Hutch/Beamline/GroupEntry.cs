using Hutch.Supervision;

namespace Hutch.Beamline;

/// <summary>A group of services that are restarted together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Strategy">What else is restarted when one of them is.</param>
public sealed record GroupEntry(string Name, GroupStrategy Strategy);

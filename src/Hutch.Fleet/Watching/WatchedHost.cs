using Hutch.Fleet.Records;

namespace Hutch.Fleet.Watching;

/// <summary>A host that is watched, and when it is checked next.</summary>
internal sealed class WatchedHost(Host record)
{
    /// <summary>Its record as last received.</summary>
    public Host Record { get; set; } = record;

    /// <summary>When it is to be checked.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>Checks in a row without an answer.</summary>
    public int Misses { get; set; }

    /// <summary>Whether it is being checked.</summary>
    public bool IsInHand { get; set; }

    /// <summary>Whether it is failed because it does not answer.</summary>
    public bool IsFailed => Record.Status == HostStatus.Failed;
}

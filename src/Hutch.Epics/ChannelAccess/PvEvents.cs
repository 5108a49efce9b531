namespace Hutch.Epics.ChannelAccess;

/// <summary>Which changes a monitor receives (EPICS' <c>caeventmask.h</c>).</summary>
[Flags]
public enum PvEvents
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The value has changed by more than the monitor dead band (DBE_VALUE).</summary>
    Value = 1,

    /// <summary>The value has changed by more than the archive dead band (DBE_LOG).</summary>
    Log = 2,

    /// <summary>The alarm status has changed (DBE_ALARM).</summary>
    Alarm = 4,

    /// <summary>Limits, units or names of states have changed (DBE_PROPERTY).</summary>
    Property = 8,
}

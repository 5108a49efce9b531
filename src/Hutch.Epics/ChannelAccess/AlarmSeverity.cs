namespace Hutch.Epics.ChannelAccess;

/// <summary>How bad an alarm is, with the numbers of EPICS' <c>alarm.h</c>.</summary>
public enum AlarmSeverity
{
    /// <summary>No alarm.</summary>
    None = 0,

    /// <summary>A warning.</summary>
    Minor = 1,

    /// <summary>An alarm.</summary>
    Major = 2,

    /// <summary>The value cannot be used.</summary>
    Invalid = 3,
}

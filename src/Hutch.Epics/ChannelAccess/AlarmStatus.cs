namespace Hutch.Epics.ChannelAccess;

/// <summary>Why a value is in alarm, with the numbers of EPICS' <c>alarm.h</c>.</summary>
public enum AlarmStatus
{
    /// <summary>No alarm.</summary>
    NoAlarm = 0,

    /// <summary>The device could not be read.</summary>
    Read = 1,

    /// <summary>The device could not be written.</summary>
    Write = 2,

    /// <summary>Above the upper alarm limit.</summary>
    HiHi = 3,

    /// <summary>Above the upper warning limit.</summary>
    High = 4,

    /// <summary>Below the lower alarm limit.</summary>
    LoLo = 5,

    /// <summary>Below the lower warning limit.</summary>
    Low = 6,

    /// <summary>A state that is an alarm.</summary>
    State = 7,

    /// <summary>A change of state.</summary>
    Cos = 8,

    /// <summary>The connection to the device is lost.</summary>
    Comm = 9,

    /// <summary>The device did not answer in time.</summary>
    Timeout = 10,

    /// <summary>The hardware is at a limit.</summary>
    HwLimit = 11,

    /// <summary>A calculation failed.</summary>
    Calc = 12,

    /// <summary>The record cannot be scanned.</summary>
    Scan = 13,

    /// <summary>A link to another record failed.</summary>
    Link = 14,

    /// <summary>Set by software.</summary>
    Soft = 15,

    /// <summary>A subroutine failed.</summary>
    BadSub = 16,

    /// <summary>The value was never set.</summary>
    Udf = 17,

    /// <summary>The record is disabled.</summary>
    Disable = 18,

    /// <summary>The value is simulated.</summary>
    Simm = 19,

    /// <summary>It may not be read.</summary>
    ReadAccess = 20,

    /// <summary>It may not be written.</summary>
    WriteAccess = 21,
}

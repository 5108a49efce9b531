namespace Hutch.Epics.ChannelAccess;

/// <summary>Whether a value is in alarm, why, and how badly.</summary>
public readonly record struct AlarmState(AlarmStatus Status, AlarmSeverity Severity)
{
    /// <summary>No alarm.</summary>
    public static AlarmState None => default;

    /// <summary>The alarm of a number by the limits of its PV.</summary>
    public static AlarmState Of(double value, PvProperties limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return value switch
        {
            _ when double.IsNaN(value) => new(AlarmStatus.Udf, AlarmSeverity.Invalid),
            _ when value > limits.Alarm.High => new(AlarmStatus.HiHi, AlarmSeverity.Major),
            _ when value < limits.Alarm.Low => new(AlarmStatus.LoLo, AlarmSeverity.Major),
            _ when value > limits.Warning.High => new(AlarmStatus.High, AlarmSeverity.Minor),
            _ when value < limits.Warning.Low => new(AlarmStatus.Low, AlarmSeverity.Minor),
            _ => None,
        };
    }
}

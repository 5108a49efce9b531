namespace Hutch.Epics.ChannelAccess;

/// <summary>A value of a PV with its time stamp and alarm.</summary>
/// <param name="Data">The elements.</param>
/// <param name="Nanoseconds">The time stamp that the IOC gave it, in nanoseconds since 1970 UTC.</param>
/// <param name="Alarm">Its alarm.</param>
public sealed record PvUpdate(PvData Data, long Nanoseconds, AlarmState Alarm)
{
    /// <summary>The time stamp, as exact as 100 ns.</summary>
    public DateTimeOffset Time => EpicsTime.ToTime(Nanoseconds);

    /// <summary>The alarm status.</summary>
    public AlarmStatus Status => Alarm.Status;

    /// <summary>The value as a type; see <see cref="PvData.Get{T}"/>.</summary>
    public T Get<T>() => Data.Get<T>();
}

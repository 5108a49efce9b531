namespace Hutch.Epics.ChannelAccess;

/// <summary>Time stamps: EPICS counts seconds and nanoseconds since 1990, everything here counts nanoseconds since 1970.</summary>
public static class EpicsTime
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerTick = 100;

    /// <summary>Seconds from 1970 to 1990 (<c>POSIX_TIME_AT_EPICS_EPOCH</c> of <c>epicsTime.h</c>).</summary>
    private const long Epoch = 631_152_000;

    /// <summary>The present time in nanoseconds since 1970.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * NanosecondsPerTick;

    /// <summary>From the two numbers of a DBR_TIME structure.</summary>
    public static long FromStamp(uint seconds, uint nanoseconds) => (seconds + Epoch) * NanosecondsPerSecond + nanoseconds;

    /// <summary>To the two numbers of a DBR_TIME structure; a time before 1990 gives 0.</summary>
    public static (uint Seconds, uint Nanoseconds) ToStamp(long time)
    {
        var seconds = time / NanosecondsPerSecond - Epoch;
        return seconds < 0 ? (0, 0) : ((uint)seconds, (uint)(time % NanosecondsPerSecond));
    }

    /// <summary>To a point in time, which is as exact as 100 ns.</summary>
    public static DateTimeOffset ToTime(long time) => DateTimeOffset.UnixEpoch.AddTicks(time / NanosecondsPerTick);
}

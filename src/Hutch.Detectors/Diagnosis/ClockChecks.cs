using Hutch.Native.Posix;

namespace Hutch.Detectors.Diagnosis;

/// <summary>The clock that files, logs and recordings are stamped with.</summary>
internal static class ClockChecks
{
    internal static IEnumerable<HostCheck> Of(HostFiles files)
    {
        var isSynchronised = SystemClock.IsSynchronised;
        yield return HostCheck.Of("clock", isSynchronised, isSynchronised ? "synchronised" : "not synchronised", "synchronised",
            "timedatectl set-ntp true    # or: apt-get install chrony", "the clock of this machine disagrees with those of others", HostVerdict.Advice);
        if (files.Read("sys/devices/system/clocksource/clocksource0/current_clocksource") is { } source
            && (files.Read("sys/devices/system/clocksource/clocksource0/available_clocksource") ?? "").Split(' ').Contains("tsc"))
        {
            yield return HostCheck.Of("clock source", source == "tsc", source, "tsc", "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource",
                "every time stamp costs a system call", HostVerdict.Advice);
        }
    }
}

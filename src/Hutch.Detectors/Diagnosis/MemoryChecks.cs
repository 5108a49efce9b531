namespace Hutch.Detectors.Diagnosis;

/// <summary>The memory that the rings live in.</summary>
internal static class MemoryChecks
{
    internal static IEnumerable<HostCheck> Of(HostFiles files, HostNeeds needs)
    {
        yield return SharedMemory(files, needs);
        var setting = files.Read("sys/kernel/mm/transparent_hugepage/shmem_enabled");
        var now = setting is null ? "not shown here" : Chosen(setting);
        yield return HostCheck.Of("huge pages of shared memory", setting is null || now is "always" or "within_size" or "force", now, "within_size",
            "echo within_size > /sys/kernel/mm/transparent_hugepage/shmem_enabled", "large rings cost a page fault and a TLB entry for every 4 KiB", HostVerdict.Advice);
        if (files.Read("proc/sys/kernel/numa_balancing") is { } balancing && files.Names("sys/devices/system/node").Count(IsNode) > 1)
        {
            yield return HostCheck.Of("kernel.numa_balancing", balancing == "0", balancing, "0", "sysctl -w kernel.numa_balancing=0",
                "the kernel moves pages of the rings between the sockets in the middle of a run", HostVerdict.Advice);
        }
    }

    private static HostCheck SharedMemory(HostFiles files, HostNeeds needs)
    {
        const string name = "/dev/shm";
        const string why = "the rings do not fit, and the programs refuse to start";
        var drive = new DriveInfo(files.Path(name));
        if (!Directory.Exists(files.Path(name)))
            return HostCheck.Of(name, false, "is not there", "a tmpfs", "mount -t tmpfs -o size=50% tmpfs /dev/shm", why);
        // What the detector's own rings hold already is theirs.
        var own = needs.Detector is null ? 0 : new DirectoryInfo(files.Path(name)).EnumerateFiles($"{needs.Detector}-*").Sum(f => f.Length);
        var free = drive.AvailableFreeSpace + own;
        var size = drive.TotalSize + Math.Max(0, needs.Rings - free);
        return HostCheck.Of(name, free >= needs.Rings, $"{Gibibytes(drive.TotalSize)}, {Gibibytes(free)} free", $"{Gibibytes(needs.Rings)} free",
            $"mount -o remount,size={Math.Ceiling(size / (double)(1L << 30)):0}G /dev/shm    # or fewer slots: --frame-slots, --image-slots", why);
    }

    private static string Gibibytes(long bytes) => $"{bytes / (double)(1L << 30):0.0} GiB";

    private static bool IsNode(string name) => name.StartsWith("node", StringComparison.Ordinal) && name.Length > 4 && char.IsAsciiDigit(name[4]);

    // "always within_size advise [never] deny force"
    private static string Chosen(string setting) =>
        setting.IndexOf('[', StringComparison.Ordinal) is >= 0 and var from && setting.IndexOf(']', from) is > 0 and var to ? setting[(from + 1)..to] : setting;
}

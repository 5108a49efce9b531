namespace Hutch.Detectors.Diagnosis;

/// <summary>The memory that the rings live in.</summary>
internal static class MemoryChecks
{
    internal static IEnumerable<HostCheck> Of(HostFiles files, HostNeeds needs)
    {
        yield return SharedMemory(files, needs);
        if (HugePages(files) is { } huge)
        {
            yield return HostCheck.Of("huge pages of /dev/shm", huge is "always" or "within_size", huge, "within_size", "mount -o remount,huge=within_size /dev/shm",
                "large rings cost a page fault and a TLB entry for every 4 KiB", HostVerdict.Advice);
        }
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
            return HostCheck.Of(name, false, "missing", "a tmpfs", "mount -t tmpfs -o size=50% tmpfs /dev/shm", why);
        // What the detector's own rings hold already is theirs.
        var own = needs.Detector is null ? 0 : new DirectoryInfo(files.Path(name)).EnumerateFiles($"{needs.Detector}-*").Sum(f => f.Length);
        var free = drive.AvailableFreeSpace + own;
        var size = drive.TotalSize + Math.Max(0, needs.Rings - free);
        return HostCheck.Of(name, free >= needs.Rings, $"{Gibibytes(drive.TotalSize)}, {Gibibytes(free)} free", $"{Gibibytes(needs.Rings)} free",
            $"mount -o remount,size={Math.Ceiling(size / (double)(1L << 30)):0}G /dev/shm    # or fewer slots: --frame-slots, --image-slots", why);
    }

    private static string Gibibytes(long bytes) => $"{bytes / (double)(1L << 30):0.0} GiB";

    private static bool IsNode(string name) => name.StartsWith("node", StringComparison.Ordinal) && name.Length > 4 && char.IsAsciiDigit(name[4]);

    // A mounted tmpfs goes by its option `huge`; shmem_enabled is for the kernel's own. Null: not known, or a kernel without huge pages.
    private static string? HugePages(HostFiles files)
    {
        const string option = "huge=";
        if (files.Read("sys/kernel/mm/transparent_hugepage/shmem_enabled") is null)
            return null;
        var options = files.Read("proc/mounts")?.Split('\n').Select(l => l.Split(' ')).LastOrDefault(f => f is [_, "/dev/shm", "tmpfs", ..]) is [_, _, _, var found, ..] ? found : null;
        return options is null ? null : options.Split(',').FirstOrDefault(o => o.StartsWith(option, StringComparison.Ordinal))?[option.Length..] ?? "never";
    }
}

using System.Globalization;

namespace Hutch.Services.Processes;

/// <summary>What the kernel says about a process, see proc(5); it started so many clock ticks after the machine.</summary>
internal readonly record struct ProcessEntry(int Id, int Parent, int Session, bool IsZombie, bool IsKernelThread, TimeSpan Cpu, long Memory, long StartedAt);

/// <summary>The processes of the machine at one moment.</summary>
internal sealed class ProcessTable
{
    private const long KernelThread = 0x0020_0000;   // PF_KTHREAD of Linux

    private readonly ILookup<int, ProcessEntry> _byParent;
    private readonly Dictionary<int, ProcessEntry> _byId;

    private ProcessTable(List<ProcessEntry> entries)
    {
        _byId = entries.ToDictionary(e => e.Id);
        _byParent = entries.ToLookup(e => e.Parent);
    }

    public static ProcessTable Now()
    {
        var entries = new List<ProcessEntry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(id) is { } entry)
                entries.Add(entry);
        }
        return new ProcessTable(entries);
    }

    /// <summary>Processor time and resident memory (bytes) of a process and its descendants.</summary>
    public (TimeSpan Cpu, long Memory) Usage(int id)
    {
        if (!_byId.TryGetValue(id, out var entry))
            return default;
        var (cpu, memory) = (entry.Cpu, entry.Memory);
        foreach (var child in _byParent[id])
        {
            var below = Usage(child.Id);
            cpu += below.Cpu;
            memory += below.Memory;
        }
        return (cpu, memory);
    }

    /// <summary>One process, or null if there is none.</summary>
    public static ProcessEntry? Read(int id)
    {
        try
        {
            // pid (name) state ppid pgrp session ... flags (9) ... utime stime (14, 15) ... starttime (22) ... rss in pages (24)
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcessEntry(
                id, (int)Field(4), (int)Field(6), fields[0] is "Z" or "X", (Field(9) & KernelThread) != 0,
                TimeSpan.FromMilliseconds(10 * (Field(14) + Field(15))), Field(24) * Environment.SystemPageSize, Field(22));
        }
        catch (IOException)
        {
            return null;
        }
    }
}

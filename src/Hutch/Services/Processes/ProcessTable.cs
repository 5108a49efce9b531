using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Hutch.Services.Processes;

/// <summary>What the kernel says about a process, see proc(5); it started so many clock ticks after the machine.</summary>
internal readonly record struct ProcessEntry(int Id, int Parent, int Session, bool IsZombie, bool IsKernelThread, TimeSpan Cpu, long Memory, long StartedAt);

/// <summary>The processes of the machine at one moment.</summary>
internal sealed class ProcessTable
{
    private const long KernelThread = 0x0020_0000;   // PF_KTHREAD of Linux

    private static readonly TimeSpan KernelThreadsKept = TimeSpan.FromSeconds(60);

    // Most of what /proc lists are threads of the kernel, which are no descendants of a service.
    private static HashSet<int> s_kernelThreads = [];
    private static long s_kernelThreadsAt;

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
        // A number may come to be that of a program.
        var known = Stopwatch.GetElapsedTime(s_kernelThreadsAt) < KernelThreadsKept ? s_kernelThreads : [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !known.Contains(id) && Read(id) is { } entry)
                entries.Add(entry);
        }
        if (known.Count == 0)
            (s_kernelThreads, s_kernelThreadsAt) = ([.. entries.Where(e => e.IsKernelThread).Select(e => e.Id)], Stopwatch.GetTimestamp());
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
            // Read once a second for every process of the machine: without text, and without the lock that a file is opened with by default.
            using var file = File.OpenHandle($"/proc/{id}/stat", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> text = stackalloc byte[1024];
            text = text[..RandomAccess.Read(file, text, 0)];
            // pid (name) state ppid pgrp session ... flags (9) ... utime stime (14, 15) ... starttime (22) ... rss in pages (24)
            var state = text.LastIndexOf((byte)')') + 2;
            Span<long> fields = stackalloc long[25];
            var rest = text[(state + 2)..];
            for (var number = 4; number < fields.Length && Utf8Parser.TryParse(rest, out fields[number], out var length); number++)
                rest = rest[Math.Min(length + 1, rest.Length)..];
            return new ProcessEntry(
                id, (int)fields[4], (int)fields[6], text[state] is (byte)'Z' or (byte)'X', (fields[9] & KernelThread) != 0,
                TimeSpan.FromMilliseconds(10 * (fields[14] + fields[15])), fields[24] * Environment.SystemPageSize, fields[22]);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

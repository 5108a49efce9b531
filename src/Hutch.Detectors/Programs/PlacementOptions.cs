using System.CommandLine;
using System.Globalization;
using Hutch.Native.Posix;
using Hutch.Native.Processes;
using Hutch.Services;

namespace Hutch.Detectors.Programs;

/// <summary>The options that say where the threads of a program run.</summary>
internal sealed class PlacementOptions
{
    internal Option<string?> Cpu { get; } = new("--cpu")
    {
        Description = "Processors to run on: its threads take one each in turn. Example: 2-5,8. Default: any.",
        HelpName = "LIST",
    };

    internal Option<int?> RealTime { get; } = new("--realtime")
    {
        Description = "Real-time priority of its threads (SCHED_FIFO), 1 to 99. Default: none.",
        HelpName = "PRIORITY",
    };

    /// <summary>What the options ask of the i-th thread.</summary>
    /// <exception cref="UserErrorException">It is wrong, or not possible here: found out before anything starts.</exception>
    internal Func<int, ThreadPlacement?> Read(ParseResult options)
    {
        var priority = options.GetValue(RealTime);
        if (priority is < 1 or > 99)
            throw new UsageErrorException($"--realtime is {priority}, but must be 1 to 99");
        var processors = options.GetValue(Cpu) is { } list ? Parse(list) : [];
        if (processors.Count == 0 && priority is null)
            return _ => null;
        var placements = processors.Count > 0 ? processors.Select(p => new ThreadPlacement(p, priority)).ToList() : [new ThreadPlacement(null, priority)];
        placements.ForEach(Try);
        return i => placements[i % placements.Count];
    }

    /// <summary>Places services, one after the other.</summary>
    /// <exception cref="UserErrorException">As <see cref="Read"/>.</exception>
    internal IReadOnlyList<Service> Place(IReadOnlyList<Service> services, ParseResult options)
    {
        var placement = Read(options);
        for (var i = 0; i < services.Count; i++)
            services[i].Placement = placement(i);
        return services;
    }

    private static List<int> Parse(string list)
    {
        var processors = new List<int>();
        foreach (var part in list.Split(','))
        {
            var ends = part.Split('-').Select(e => int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= ThreadPlacement.HighestProcessor ? n : -1).ToList();
            if (ends.Count > 2 || ends.Contains(-1) || ends[0] > ends[^1])
                throw new UsageErrorException($"--cpu is \"{list}\", but must be processor numbers and ranges, separated by commas, such as 2-5,8");
            processors.AddRange(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }
        return processors;
    }

    // On a thread that ends: the only honest test of a right is to use it.
    private static void Try(ThreadPlacement placement)
    {
        ErrnoException? refusal = null;
        var thread = new Thread(() =>
        {
            try
            {
                placement.Apply();
            }
            catch (ErrnoException error)
            {
                refusal = error;
            }
        });
        thread.Start();
        thread.Join();
        if (refusal is null)
            return;
        throw refusal.Errno == Errno.EPERM
            ? new UserErrorException($"--realtime {placement.RealTimePriority}: user {Environment.UserName} may not use this priority; "
                + $"allow it with LimitRTPRIO={placement.RealTimePriority} or AmbientCapabilities=CAP_SYS_NICE in the unit, or ulimit -r {placement.RealTimePriority}, or leave the option out", refusal)
            : new UserErrorException($"--cpu: processor {placement.Processor} is not one this process may use ({AllowedProcessors()}); choose one of these", refusal);
    }

    private static string AllowedProcessors() =>
        File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal))?.Split('\t')[^1] ?? "unknown";
}

namespace Hutch.Detectors.Diagnosis;

/// <summary>Clock rate of the processors, and where the interrupts of fast network cards are handled.</summary>
internal static class ProcessorChecks
{
    private const int FastMegabits = 10_000;

    internal static IEnumerable<HostCheck> Of(HostFiles files)
    {
        yield return Governor(files);
        foreach (var card in files.Names("sys/class/net").Where(c => files.ReadNumber($"sys/class/net/{c}/speed") >= FastMegabits && files.Names($"sys/class/net/{c}/device").Count > 0))
            yield return Interrupts(files, card);
    }

    private static HostCheck Governor(HostFiles files)
    {
        var governors = files.Names("sys/devices/system/cpu").Select(c => files.Read($"sys/devices/system/cpu/{c}/cpufreq/scaling_governor"))
            .OfType<string>().CountBy(g => g).ToList();
        var now = governors.Count == 0 ? "not adjustable here" : string.Join(", ", governors.Select(g => $"{g.Key} ({g.Value} processors)"));
        return HostCheck.Of("CPU governor", governors.TrueForAll(g => g.Key == "performance"), now, "performance",
            "cpupower frequency-set -g performance", "a processor that has to speed up first lets packets wait", HostVerdict.Advice);
    }

    private static HostCheck Interrupts(HostFiles files, string card)
    {
        var name = $"interrupts of {card}";
        const string why = "packets cross between the sockets of the machine before they are processed";
        var node = files.ReadNumber($"sys/class/net/{card}/device/numa_node") ?? -1;
        var near = files.Read($"sys/devices/system/node/node{node}/cpulist");
        if (node < 0 || near is null)
            return HostCheck.Of(name, true, "one NUMA node", "on the card's node", "", why);
        var allowed = Processors(near);
        var wrong = files.Names($"sys/class/net/{card}/device/msi_irqs")
            .Where(irq => files.Read($"proc/irq/{irq}/smp_affinity_list") is { } list && !Processors(list).IsSubsetOf(allowed)).ToList();
        return HostCheck.Of(name, wrong.Count == 0, wrong.Count == 0 ? $"on node {node}" : $"{wrong.Count} of them also on other nodes than {node}", $"on processors {near} (node {node})",
            $"systemctl stop irqbalance; for i in {string.Join(' ', wrong)}; do echo {near} > /proc/irq/$i/smp_affinity_list; done", why, HostVerdict.Advice);
    }

    // "0-3,8"
    private static HashSet<int> Processors(string list) =>
    [
        .. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => r.Split('-'))
            .SelectMany(r => Enumerable.Range(int.Parse(r[0]), int.Parse(r[^1]) - int.Parse(r[0]) + 1)),
    ];
}

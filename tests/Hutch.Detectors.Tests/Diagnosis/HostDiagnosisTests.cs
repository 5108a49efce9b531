using Hutch.Detectors.Diagnosis;

namespace Hutch.Detectors.Tests.Diagnosis;

/// <summary>Hosts as their kernels would show them.</summary>
public sealed class HostDiagnosisTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hutch host ").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Small_buffers_must_be_changed_and_the_command_says_how()
    {
        Write("proc/sys/net/core/rmem_max", "212992");
        Write("proc/sys/net/core/netdev_max_backlog", "1000000");

        var checks = Run(new HostNeeds());

        Assert.Equal((HostVerdict.Change, "212992", "at least 67108864"), Of(checks, "net.core.rmem_max"));
        Assert.StartsWith("sysctl -w net.core.rmem_max=67108864", checks.Single(c => c.Name == "net.core.rmem_max").Command, StringComparison.Ordinal);
        Assert.Equal(HostVerdict.Well, Of(checks, "net.core.netdev_max_backlog").Verdict);
    }

    [Fact]
    public void What_is_wanted_follows_the_detector()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dev/shm"));
        var configuration = TestDetectors.Eiger(72, 32);

        var needs = HostNeeds.Of(configuration, frameSlots: 10, requestedImageSlots: 20);

        Assert.Equal(4 * 72 * 128, needs.Backlog);
        Assert.Equal((72L * 512 * 256 * 4 * 10) + (configuration.ImageBytes * 20), needs.Rings);
        var huge = needs with { Rings = 1L << 60 };
        Assert.Equal(HostVerdict.Change, Of(Run(huge), "/dev/shm").Verdict);
        Assert.Contains("mount -o remount,size=", Run(huge).Single(c => c.Name == "/dev/shm").Command, StringComparison.Ordinal);
    }

    [Fact]
    public void Processors_that_save_power_and_interrupts_on_the_wrong_node_are_told_but_need_not_be_changed()
    {
        Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance");
        Write("sys/devices/system/cpu/cpu1/cpufreq/scaling_governor", "powersave");
        Write("sys/class/net/eth9/speed", "100000");
        Write("sys/class/net/eth9/device/numa_node", "1");
        Write("sys/class/net/eth9/device/msi_irqs/41", "");
        Write("sys/class/net/eth9/device/msi_irqs/42", "");
        Write("sys/devices/system/node/node1/cpulist", "8-15,24");
        Write("proc/irq/41/smp_affinity_list", "9,24");
        Write("proc/irq/42/smp_affinity_list", "0-15");

        var checks = Run(new HostNeeds());

        Assert.Equal((HostVerdict.Advice, "performance (1 processors), powersave (1 processors)", "performance"), Of(checks, "CPU governor"));
        Assert.Equal(HostVerdict.Advice, Of(checks, "interrupts of eth9").Verdict);
        Assert.Contains("for i in 42;", checks.Single(c => c.Name == "interrupts of eth9").Command, StringComparison.Ordinal);
    }

    // The setting beside it, shmem_enabled, is for memory that is in no mounted tmpfs: with it alone, the rings had small pages.
    [Theory]
    [InlineData("rw,size=1g,huge=within_size", true)]
    [InlineData("rw,huge=always", true)]
    [InlineData("rw,huge=advise", false)]
    [InlineData("rw,size=1g", false)]
    public void Huge_pages_are_those_of_the_mounted_file_system(string options, bool isWell)
    {
        Write("sys/kernel/mm/transparent_hugepage/shmem_enabled", "[always] within_size advise never deny force");
        Write("proc/mounts", $"tmpfs /run tmpfs rw,huge=always 0 0\ntmpfs /dev/shm tmpfs {options} 0 0");
        var check = Run(new HostNeeds()).Single(c => c.Name == "huge pages of /dev/shm");
        Assert.Equal((isWell, isWell ? null : "mount -o remount,huge=within_size /dev/shm"), (check.Verdict == HostVerdict.Well, check.Command));
    }

    [Fact]
    public void What_is_well_has_no_command() => Assert.All(HostDiagnosis.Run(new HostNeeds()), c => Assert.Equal(c.Verdict == HostVerdict.Well, c.Command is null));

    private static (HostVerdict Verdict, string Now, string Wanted) Of(IReadOnlyList<HostCheck> checks, string name) =>
        checks.Where(c => c.Name == name).Select(c => (c.Verdict, c.Now, c.Wanted)).Single();

    private IReadOnlyList<HostCheck> Run(HostNeeds needs) => HostDiagnosis.Run(needs, new HostFiles(_root));

    private void Write(string file, string text)
    {
        var path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

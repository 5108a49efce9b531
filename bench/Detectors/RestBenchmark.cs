using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;

namespace Hutch.Bench.Detectors;

/// <summary>A receiver that has nothing to receive, as a process: what it costs, and how soon it is there.</summary>
/// <param name="what">What is measured.</param>
/// <param name="limit">The most it may be.</param>
public sealed class RestBenchmark(RestBenchmark.Cost what, double limit) : Benchmark
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _configuration = Path.Combine(Path.GetTempPath(), $"hutch-bench-{Environment.ProcessId}.json");
    private string _hutch = "";
    private int _port;

    /// <summary>What a process costs.</summary>
    public enum Cost
    {
        /// <summary>Share of a processor, in percent.</summary>
        Processor,

        /// <summary>Memory of its own and its share of files that others map too, without the ring, in MB (proportional set size).</summary>
        Memory,

        /// <summary>From the start of the process until its port is bound, in ms.</summary>
        Start,

        /// <summary>Processor time a packet in the first second with packets, beside that of the sixth: code is compiled meanwhile.</summary>
        FirstSecond,
    }

    public override string Name => what == Cost.FirstSecond ? "receiver-first-second" : $"receiver-at-rest-{what.ToString().ToLowerInvariant()}";

    public override string Description => string.Create(CultureInfo.InvariantCulture,
        $"{limit} {Unit} / {(what == Cost.FirstSecond ? "the processor time a packet in a receiver's first second beside its sixth, pinned to one processor" : what == Cost.Start ? "the time from the start of a receiver's process until its port is bound" : $"what a receiver without packets takes of {(what == Cost.Processor ? "a processor" : "memory, without its ring")}")}");

    public override double Bar => 1;

    public override int Samples => what == Cost.Start ? 9 : 3;

    public override int WarmUps => what == Cost.Start ? 2 : 0;

    private string Unit => what switch { Cost.Processor => "%", Cost.Memory => "MB", Cost.Start => "ms", _ => "times" };

    public override void Prepare()
    {
        // bench/run starts in the project's folder; the launcher builds what is missing.
        using var build = Process.Start(new ProcessStartInfo("./hutch", ["--version"]) { RedirectStandardOutput = true })!;
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, "./hutch did not build");
        _hutch = Path.GetFullPath("artifacts/hutch/Hutch.Cli");
        using var socket = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        _port = ((System.Net.IPEndPoint)socket.Client.LocalEndPoint!).Port;
        var configuration = JsonNode.Parse(File.ReadAllText("examples/beamline-detector.json"), documentOptions: new() { CommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        configuration["start_udp_port"] = _port;
        configuration["detector_name"] = $"bench-{Environment.ProcessId}";
        File.WriteAllText(_configuration, configuration.ToJsonString());
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var started = Stopwatch.GetTimestamp();
        using var receiver = Process.Start(new ProcessStartInfo("taskset", ["-c", "1", _hutch, "run", "udp-receiver", "--config", _configuration, "--module", "0", "--frame-slots", "20"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var bound = SpinWait.SpinUntil(() => IsBound(_port), Patience);
            var value = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            Assert.True(bound, "the receiver did not bind its port");
            if (what == Cost.FirstSecond)
            {
                value = FirstBesideSixth(receiver.Id, log);
            }
            else if (what != Cost.Start)
            {
                Thread.Sleep(Settling);   // code is compiled in the background for a while after a start
                var before = ByThread(receiver.Id);
                Thread.Sleep(what == Cost.Processor ? Watched : TimeSpan.FromSeconds(1));
                value = what == Cost.Processor
                    ? ByThread(receiver.Id).Sum(t => t.Value - before.GetValueOrDefault(t.Key)) / Watched.TotalNanoseconds * 100
                    : Megabytes(receiver.Id);
            }
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {value:0.00} {Unit}"));
            return limit / Math.Max(value, 0.01);
        }
        finally
        {
            receiver.Kill();
            receiver.WaitForExit();
            File.Delete($"/dev/shm/bench-{Environment.ProcessId}-0");
        }
    }

    protected override void Dispose(bool disposing)
    {
        File.Delete(_configuration);
        foreach (var left in Directory.GetFiles("/dev/shm", $"bench-{Environment.ProcessId}-*"))
            File.Delete(left);
    }

    private double FirstBesideSixth(int pid, TextWriter log)
    {
        using var sender = new LiveSender(DaqConfigurationFile.Read(_configuration), trains: true);
        var costs = new double[6];
        var imageId = 1UL;
        var thread = new Thread(() =>
        {
            Processors.PinThisThread(0);
            for (var second = 0; second < costs.Length; second++)
            {
                var before = Nanoseconds(pid);
                var sent = sender.Send(_port, 100_000, TimeSpan.FromSeconds(1), ref imageId);
                costs[second] = (Nanoseconds(pid) - before) / 1000.0 / sent.Packets;
            }
        });
        thread.Start();
        thread.Join();
        log.WriteLine("  us a packet, second by second: " + string.Join(' ', costs.Select(c => c.ToString("0.00", CultureInfo.InvariantCulture))));
        return costs[0] / costs[^1];
    }

    private static long Nanoseconds(int pid) => ByThread(pid).Values.Sum();

    // See "schedstat" in the kernel's documentation of proc.
    private static Dictionary<string, long> ByThread(int pid) => Directory.GetDirectories($"/proc/{pid}/task").ToDictionary(t => t, t => long.Parse(File.ReadAllText($"{t}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture));

    private static bool IsBound(int port) => File.ReadAllText("/proc/net/udp").Contains($":{port:X4} 00000000:0000", StringComparison.Ordinal);

    private static double Megabytes(int pid) => File.ReadLines($"/proc/{pid}/smaps_rollup")
        .Where(l => l.StartsWith("Pss_Anon:", StringComparison.Ordinal) || l.StartsWith("Pss_File:", StringComparison.Ordinal))
        .Sum(l => double.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1000;
}

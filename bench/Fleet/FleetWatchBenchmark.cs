using System.Diagnostics;
using System.Globalization;
using Hutch.Bus;
using Hutch.Fleet.Tests.Support;
using Hutch.Tests.Servers;

namespace Hutch.Bench.Fleet;

/// <summary>What watching 2,000 hosts takes of a processor, by one watcher and by two, over Redis; no host may be checked twice within half an interval.</summary>
public sealed class FleetWatchBenchmark : Benchmark
{
    private const double Limit = 0.2;
    private const int Interval = 60;

    // More than the 2,000 of the bar, to see what a facility takes.
    private static readonly int Hosts = int.TryParse(Environment.GetEnvironmentVariable("HUTCH_BENCH_HOSTS"), out var hosts) ? hosts : 2_000;

    private RedisServer? _redis;
    private readonly List<Process> _programs = [];
    private string _folder = "";
    private ManyHosts? _hosts;

    public override string Name => "fleet-watch";

    public override string Description => "20 % of a processor / what a watcher takes that checks 2,000 hosts each minute (HUTCH_BENCH_HOSTS: another number)";

    public override double Bar => 1;

    public override int Samples => 1;

    public override int WarmUps => 0;

    public override IReadOnlyList<string> Packages => ["redis-server"];

    public override void Prepare()
    {
        using (var build = Process.Start(new ProcessStartInfo("./hutch", ["--version"]) { RedirectStandardOutput = true })!)
            build.WaitForExit();
        _folder = Directory.CreateTempSubdirectory("hutch-bench-fleet-").FullName;
        _redis = new RedisServer();
        _redis.StartAsync().GetAwaiter().GetResult();
        _hosts = new ManyHosts(Hosts);
        Run("storage", "--store", $"sqlite://{_folder}/records.db");
        var records = _hosts.Addresses.Select(a => new { address = a, status = "active", ssh_port = _hosts.Port });
        CallAsync(bus => bus.CallAsync("storage.save", new { model_type_name = "Host", model_json_data = records }, new CallOptions { Timeout = TimeSpan.FromMinutes(2) })).GetAwaiter().GetResult();
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var storage = _programs[0];
        var first = Run("watcher");
        Wait(h => h.Select(a => a.Address).Distinct().Count() == Hosts, "each host was checked once");
        var (alone, stored, memory) = Measure(first, storage);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  one watcher: {alone:0.0%} of a processor, {memory / 1e6:0} MB; storage beside it {stored:0.0%}"));
        var second = Run("watcher");
        var joined = Environment.TickCount64;
        Wait(h => h.Where(a => a.At > joined).Select(a => a.Address).Distinct().Count() == Hosts, "each host was checked once more");
        var (half, _, _) = Measure(first, storage);
        var gaps = _hosts!.Asked.GroupBy(a => a.Address).SelectMany(g => g.Zip(g.Skip(1), (a, b) => b.At - a.At)).ToList();
        var twice = gaps.Count(gap => gap < Interval * 1000 / 2);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  one of two: {half:0.0%}; {_hosts.Asked.Count} checks, {gaps.Min() / 1000.0:0.0} to {gaps.Max() / 1000.0:0.0} s between two of a host, {twice} of them too early"));
        GC.KeepAlive(second);
        return twice > 0 ? 0 : Limit / alone;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var program in _programs.AsEnumerable().Reverse())
        {
            using (var end = Process.Start("kill", $"{program.Id}"))
                end.WaitForExit();
            program.WaitForExit();
            program.Dispose();
        }
        _hosts?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _redis?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (_folder.Length > 0)
            Directory.Delete(_folder, recursive: true);
    }

    private static (double First, double Storage, long Memory) Measure(Process first, Process storage)
    {
        var (before, stored, begun) = (Time(first), Time(storage), Stopwatch.GetTimestamp());
        Thread.Sleep(TimeSpan.FromSeconds(Interval));
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        first.Refresh();
        return ((Time(first) - before) / seconds, (Time(storage) - stored) / seconds, first.WorkingSet64);
    }

    private static double Time(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private void Wait(Func<IEnumerable<(string Address, long At)>, bool> condition, string what) =>
        Eventually.TrueAsync(async () =>
        {
            await Task.Delay(500);
            return condition(_hosts!.Asked);
        }, TimeSpan.FromMinutes(5), () => what).GetAwaiter().GetResult();

    private Process Run(string program, params string[] options)
    {
        var start = new ProcessStartInfo(Path.GetFullPath("hutch"), ["run", program, "--bus-uri", _redis!.Url, "--key-ring", Path.Combine(_folder, "keys"), .. options]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HUTCH_NO_BUILD"] = "1";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _programs.Add(process);
        return process;
    }

    private async Task CallAsync(Func<IBus, Task> call)
    {
        await using var bus = BusConnection.Open(_redis!.Url);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await bus.CallAsync("storage.list_store_handlers");
                return true;
            }
            catch (Exception error) when (error is BusUnroutableException or BusTimeoutException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60), () => "storage answers");
        await call(bus);
    }
}

using System.Diagnostics;
using System.Globalization;
using Hutch.Services;
using Hutch.Services.Scopes;

namespace Hutch.Bench.Services;

/// <summary>Starting and stopping idle services among 10,000 that run, against bare tasks that do the same.</summary>
public sealed class StartStopBenchmark : Benchmark
{
    private const int Background = 10_000;
    private const int Started = 1_000;

    private readonly Session _session = new("bench");

    public override string Name => "services-vs-tasks";

    public override string Description => "start and stop 1,000 idle services beside 10,000 running ones: bare Tasks with a delay and a token / our services on the pool, in one scope";

    public override double Bar => 0.05;

    public override void Prepare()
    {
        for (var i = 0; i < Background; i++)
            new IdleService($"idle{i}") { Container = ServiceContainer.Pool, Scope = _session }.Start();
    }

    public override int Samples => 21;

    public override double Sample(TextWriter log)
    {
        GC.Collect(); // neither side pays for the other's garbage
        var threads = Process.GetCurrentProcess().Threads.Count;
        var (tasks, ours) = (Tasks(), Ours());
        log.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {Background} services run on {threads} threads; {Started} more: tasks {tasks.TotalMilliseconds:0.0} ms, ours {ours.TotalMilliseconds:0.0} ms"));
        if (ours > TimeSpan.FromSeconds(1))
            log.WriteLine("  more than a second!");
        return tasks / ours;
    }

    protected override void Dispose(bool disposing) => _session.Dispose();

    private static TimeSpan Tasks()
    {
        var begun = Stopwatch.GetTimestamp();
        using var stop = new CancellationTokenSource();
        var tasks = Enumerable.Range(0, Started).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await Task.Delay(60_000, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        })).ToArray();
        stop.Cancel();
        Task.WaitAll(tasks);
        return Stopwatch.GetElapsedTime(begun);
    }

    private TimeSpan Ours()
    {
        var begun = Stopwatch.GetTimestamp();
        var cluster = new Cluster("short", _session);
        for (var i = 0; i < Started; i++)
            new IdleService($"short{i}") { Container = ServiceContainer.Pool, Scope = cluster }.Start();
        cluster.Dispose();
        return Stopwatch.GetElapsedTime(begun);
    }
}

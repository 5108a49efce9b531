using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Fleet.Scopes;
using Hutch.Hosting;
using Hutch.Services.Logging;
using Hutch.Supervision;
using Hutch.Tracing;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Hutch.Cli;

/// <summary>Runs a beamline in this process until it ends, is asked to end, or Ctrl-C.</summary>
internal static class BeamlineForeground
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public static int Check(string path)
    {
        var file = BeamlineReader.Read(path, new ProgramSource(), new BeamlineReading { LooksAround = true });
        Console.WriteLine($"{path} is valid: {file.Name} with {file.Services.Sum(s => s.Instances)} services");
        return 0;
    }

    public static int Run(string path, bool live) => Run(path, live, only: null, new ProgramHostOptions());

    /// <summary>Runs the services of a file, or one of them, whose dependencies run elsewhere.</summary>
    public static int Run(string path, bool live, string? only, ProgramHostOptions options)
    {
        var programs = new ProgramSource();
        var file = BeamlineReader.Read(path, programs);
        if (only is not null)
        {
            var entry = file.Services.Find(s => s.Name == only) ?? throw new UserErrorException($"{path} no longer has a service {only}; install it again");
            file = file with { Name = $"{file.Name}-{only}", Services = [entry with { DependsOn = [], Group = null, Autostart = true }] };
        }
        using var asked = new ManualResetEventSlim();
        using var signals = new StopSignals(asked.Set);
        using var stopped = options.Stop.Register(asked.Set);
        var own = new ServiceLog();
        using var loggers = live ? LoggerFactory.Create(l => l.AddProvider(new ServiceLogProvider(own))) : options.WrapLoggers(LoggerFactory.Create(l => l.AddHutch()));
        using var traces = TraceExport.Start(file.Name);
        using var run = new BeamlineRun(file, programs, loggers, NodeCommand.Connector, (bus, logger) => FleetScopes.Open(bus, logger));
        using var control = new ControlServer(run, asked.Set, loggers.CreateLogger("control"));
        using var health = new HealthReport(() => run.Supervisor.SinceLastPass, () => Describe(run));
        var start = run.Start(TimeSpan.FromDays(1)).ContinueWith(started => started.Exception, TaskScheduler.Default); // what is missing shows in the table
        if (only is null)
            health.Ready(); // supervision runs; what each service waits for is in the status
        options.Ready?.Invoke();
        if (live)
            Show(run, own, asked);
        else
            asked.WaitUntil(() => Poll(health, start, only is not null) || run.IsOver, health.Interval == Timeout.InfiniteTimeSpan ? LookInterval : health.Interval);
        health.Stopping();
        var failed = run.Services.Where(s => s.HasFailed).ToList();
        var heldBack = run.Services.Where(s => s.HeldBackBy is not null).Select(s => (s.Name, Cause: s.HeldBackBy!.Name)).ToList();
        run.Dispose();
        foreach (var service in failed)
        {
            Console.Error.WriteLine($"hutch up: {service.Name} has failed: {service.LastError}");
            options.Failed?.Invoke(new UserErrorException($"{service.Name} has failed: {service.LastError}"));
        }
        foreach (var (name, cause) in heldBack)
            Console.Error.WriteLine($"hutch up: {name} was not started: {cause} has failed");
        return failed.Count == 0 ? 0 : 1;
    }

    private static bool Poll(HealthReport health, Task start, bool saysReady)
    {
        if (saysReady && start.IsCompleted)
            health.Ready();
        health.Poll();
        return false;
    }

    private static string Describe(BeamlineRun run)
    {
        var services = run.Services;
        var waiting = services.Where(s => s is { IsWanted: true, IsReady: false, IsOver: false })
            .Select(s => $"{s.Name} waits for {s.WaitsFor ?? "its turn"}{(s.LastError is null ? "" : $" (last error: {s.LastError})")}").ToList();
        return $"{services.Count(s => s.IsReady)} of {services.Count} services are ready{(waiting.Count == 0 ? "" : "; " + string.Join("; ", waiting))}";
    }

    private static void WaitUntil(this ManualResetEventSlim asked, Func<bool> isOver, TimeSpan interval)
    {
        while (!asked.Wait(interval) && !isOver())
        {
        }
    }

    private static void Show(BeamlineRun run, ServiceLog own, ManualResetEventSlim asked)
    {
        Rows Now() => new(
            ServiceTable.Create([.. run.Services.Select(ServiceStatus.Of)]),
            new Text(string.Join(Environment.NewLine, own.Lines.TakeLast(8))),
            new Text($"{run.File.Name}: Ctrl-C stops it; hutch logs -f NAME shows a service's log", new Style(Color.Grey)));
        AnsiConsole.Live(Now()).AutoClear(false).Start(display =>
        {
            while (!asked.Wait(500) && !run.IsOver)
                display.UpdateTarget(Now());
            display.UpdateTarget(Now());
        });
    }

    /// <summary>Keeps what the supervisor logs, for the lines below the table; services keep their own logs.</summary>
    private sealed class ServiceLogProvider(ServiceLog log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName is "supervisor" or "control" or "scopes" ? log : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}

using Hutch.Bus.Workers;
using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus;

/// <summary>
/// Runs several of one service on the same queue, as processes or threads, and replaces each that ends. What a worker
/// prints, and the exception with its stack when one fails, is in the manager's log.
/// </summary>
public sealed class ServiceManager : Service
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly Func<BusService> _make;
    private readonly IWorker?[] _workers;
    private readonly long[] _startedAt;
    private readonly TimeSpan[] _pauses;
    private readonly TimeSpan _patience;

    /// <summary>Makes a manager; nothing runs before it is started.</summary>
    /// <param name="count">How many workers; 1 to 1000.</param>
    /// <param name="make">Makes a service, not started; called once here for its name, and once for each thread.</param>
    /// <param name="logger">Where the manager logs; null: nowhere.</param>
    public ServiceManager(int count, Func<BusService> make, ILogger? logger = null)
        : base(NameOf(make, out var options), logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1000);
        _make = make;
        _workers = new IWorker?[count];
        _startedAt = new long[count];
        _pauses = new TimeSpan[count];
        _patience = options.StopTimeout + TimeSpan.FromSeconds(10);
        Interval = Look;
    }

    /// <summary>What the workers are. Default: processes.</summary>
    public WorkerKind Kind { get; init; }

    /// <summary>How a process is started. Default: this program with its command line.</summary>
    public WorkerCommand Command { get; init; } = WorkerCommand.Same();

    /// <summary>Where the output of worker processes goes. Default: standard error.</summary>
    public TextWriter Output { get; init; } = Console.Error;

    /// <summary>Workers that ended without being asked to, and were replaced.</summary>
    public int Replaced { get; private set; }

    /// <summary>
    /// What a service program's main does: as a worker it runs the service; as the program itself the service, or a
    /// manager when more than one process is asked for.
    /// </summary>
    /// <returns>The exit code: 0 if all ended well, 1 if something failed.</returns>
    public static int Run(int processes, Func<BusService> make, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (WorkerCommand.IsWorker)
            return WorkerProcess.Run(make(), Console.Error);
        return processes == 1
            ? ProgramHost.Run([make()], Console.Error)
            : ProgramHost.Run([new ServiceManager(processes, make, logger)], Console.Error);
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        for (var i = 0; i < _workers.Length; i++)
        {
            if (_workers[i] is { HasEnded: true } ended)
            {
                Logger.LogError("{Worker} ended and is replaced: {Cause}", ended.Name, ended.Cause);
                Replaced++;
                _workers[i] = null;
                // One that cannot live must not take the machine with it.
                var lived = TimeSpan.FromMilliseconds(Environment.TickCount64 - _startedAt[i]);
                _pauses[i] = lived > LongestPause ? TimeSpan.Zero : Min(_pauses[i] * 2 + Look, LongestPause);
            }
            if (_workers[i] is null && Environment.TickCount64 - _startedAt[i] >= _pauses[i].TotalMilliseconds)
            {
                _startedAt[i] = Environment.TickCount64;
                _workers[i] = Start(i);
            }
        }
        return null;
    }

    /// <inheritdoc/>
    protected override void OnStopped()
    {
        foreach (var worker in _workers)
            worker?.Stop();
        foreach (var worker in _workers)
        {
            if (worker is not null && !worker.End(_patience))
                Logger.LogWarning("{Worker} did not end within {Seconds} s and was killed", worker.Name, _patience.TotalSeconds);
        }
        Array.Clear(_workers);
    }

    private IWorker Start(int number) => Kind == WorkerKind.Thread
        ? new ThreadWorker(number, _make())
        : new ProcessWorker(ServiceName, number, Command, Output);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static string NameOf(Func<BusService> make, out ServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(make);
        using var service = make();
        options = service.Options;
        return service.ServiceName;
    }
}

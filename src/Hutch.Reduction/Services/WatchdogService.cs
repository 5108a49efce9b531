using Hutch.Hosting;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>Ends the program when one of its services makes no progress, so that it is started again.</summary>
internal sealed class WatchdogService : Service
{
    private const int ToldLines = 20;

    private readonly IReadOnlyList<Service> _watched;
    private readonly TimeSpan _threshold;
    private readonly Func<IReadOnlyList<string>> _lastLines;
    private readonly Action<int> _end;
    private readonly Standstills _standstills = new();

    public WatchdogService(IReadOnlyList<Service> watched, TimeSpan interval, TimeSpan threshold, Func<IReadOnlyList<string>> lastLines, ILogger logger, Action<int>? end = null)
        : base("reduction-watchdog", logger)
    {
        (_watched, _threshold, _lastLines, _end) = (watched, threshold, lastLines, end ?? Exit);
        Interval = interval;
        OnError = ErrorAction.Fail;
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _standstills.Look(Interval);
        var stuck = _watched.Where(s => s.IsServiceAlive).MaxBy(s => s.Overdue);
        if (stuck is null || _standstills.Without(stuck.Overdue) is var silence && silence <= _threshold)
            return null;
        var lines = _lastLines();
        Logger.LogCritical("{Service} has made no progress for {Seconds:0} s; stopping, to be restarted. The last {Count} lines of its log:\n{Lines}",
            stuck.ServiceName, silence.TotalSeconds, Math.Min(ToldLines, lines.Count), string.Join('\n', lines.TakeLast(ToldLines)));
        // Not by a stop in order: what is stuck cannot be stopped.
        _end(ScriptWatchService.RestartExitCode);
        Stop();
        return null;
    }

    private static void Exit(int code)
    {
        Console.Error.Flush();
        Native.Processes.ImmediateExit.Now(code);
    }
}

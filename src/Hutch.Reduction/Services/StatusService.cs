using System.Diagnostics;
using System.Globalization;
using Hutch.LiveResults;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Reduction.Services;

/// <summary>Tells how the reduction is doing, and looks after its memory.</summary>
internal sealed class StatusService : Service
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    // Idle time is averaged over this many periods: 5 s.
    private const int Window = 20;

    private readonly Processing.Reduction _reduction;
    private readonly ResultFolder _folder;
    private readonly IReadOnlyList<WorkerService> _workers;
    private readonly Queue<(long At, long Busy)> _samples = new();
    private readonly Action? _whenDone;
    private long _lastMemoryCheck;
    private long _memory;

    public StatusService(Processing.Reduction reduction, ResultFolder folder, IReadOnlyList<WorkerService> workers, Action? whenDone, ILogger logger)
        : base("reduction-status", logger)
    {
        (_reduction, _folder, _workers, _whenDone) = (reduction, folder, workers, whenDone);
        OnError = ErrorAction.Fail;
    }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        CheckMemory();
        Write();
        if (_reduction.IsDone)
            _whenDone?.Invoke();
        return Period;
    }

    protected override void OnStopped() => Write();

    private void Write()
    {
        var now = Stopwatch.GetTimestamp();
        _samples.Enqueue((now, _workers.Sum(w => w.Busy)));
        while (_samples.Count > Window)
            _samples.Dequeue();
        var (first, last) = (_samples.Peek(), _samples.Last());
        var span = (double)(last.At - first.At) * _workers.Count;
        var idle = span > 0 ? 100 * (1 - ((last.Busy - first.Busy) / span)) : 100;
        try
        {
            _folder.WriteStatus(_reduction.Status(Math.Clamp(idle, 0, 100), _memory));
        }
        catch (IOException error)
        {
            Logger.LogWarning("the status cannot be written to {Folder}: {Reason}", _folder.Path, error.Message);
        }
    }

    private void CheckMemory()
    {
        if (Stopwatch.GetElapsedTime(_lastMemoryCheck) < TimeSpan.FromSeconds(_reduction.Configuration.MemCheckIntervalSec))
            return;
        _lastMemoryCheck = Stopwatch.GetTimestamp();
        var workers = _reduction.WorkerProcesses.Select(p => (Id: p, Bytes: Resident(p, withShared: false))).ToList();
        // Shared memory is counted once, with this process.
        _memory = Resident(Environment.ProcessId, withShared: true) + workers.Sum(w => w.Bytes);
        if (_reduction.MemoryLimit == 0 || _memory <= _reduction.MemoryLimit)
            return;
        var largest = workers.OrderByDescending(w => w.Bytes).FirstOrDefault();
        var reason = string.Create(CultureInfo.InvariantCulture,
            $"memory limit: {_memory >> 20} MiB are in use, system_mem_limit_perc = {_reduction.Configuration.SystemMemLimitPerc} allows {_reduction.MemoryLimit >> 20} MiB; the largest worker had {largest.Bytes >> 20} MiB");
        Logger.LogWarning("{Reason}", reason);
        _reduction.RestartForMemory(reason);
#pragma warning disable RS0030 // what the worker that was ended had is given back now, before the limit is looked at again
        GC.Collect();
#pragma warning restore RS0030
    }

    // proc(5): VmRSS = RssAnon + RssFile + RssShmem, in kB
    private static long Resident(int process, bool withShared)
    {
        try
        {
            var sum = 0L;
            foreach (var line in File.ReadLines($"/proc/{process}/status"))
            {
                if (line.StartsWith("RssAnon:", StringComparison.Ordinal) || (withShared && line.StartsWith("RssShmem:", StringComparison.Ordinal)))
                    sum += long.Parse(line[9..^2].Trim(), CultureInfo.InvariantCulture) << 10;
            }
            return sum;
        }
        catch (Exception error) when (error is IOException or FormatException)
        {
            return 0;   // it has ended meanwhile
        }
    }
}

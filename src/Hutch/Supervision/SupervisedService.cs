using System.Diagnostics.CodeAnalysis;
using Hutch.Services;
using Hutch.Services.Counting;
using Hutch.Services.Processes;

namespace Hutch.Supervision;

/// <summary>A service with its wanted state and what its supervisor knows about it.</summary>
public sealed class SupervisedService
{
    private readonly Func<ServiceLog, Service> _make;

    private readonly Func<string, string>? _mask;

    private IReadOnlyList<ServiceCount> _counted = [];

    internal SupervisedService(Func<ServiceLog, Service> make, SupervisionOptions options, ServiceLog log, Func<string, string>? mask)
    {
        _make = make;
        _mask = mask;
        Options = options;
        Log = log;
        Backoff = new Backoff(options.Restart);
        Service = Make();
    }

    /// <summary>The service as it is now; another object after one was abandoned.</summary>
    public Service Service { get; private set; }

    /// <summary>The name of the service.</summary>
    public string Name => Service.ServiceName;

    /// <summary>How it is supervised.</summary>
    public SupervisionOptions Options { get; }

    /// <summary>What it has logged.</summary>
    public ServiceLog Log { get; }

    /// <summary>Whether it is wanted to run.</summary>
    public bool IsWanted { get; internal set; }

    /// <summary>Whether it has ended for good: by itself, or by a failure after which its policy does not restart it.</summary>
    public bool IsOver { get; internal set; }

    /// <summary>Whether it runs and is ready for those that depend on it.</summary>
    public bool IsReady { get; internal set; }

    /// <summary>How often it was restarted after it ended unexpectedly.</summary>
    public int Restarts { get; internal set; }

    /// <summary>The error that ended it last, or null.</summary>
    public string? LastError { get; internal set => field = Masked(value); }

    /// <summary>What it waits for, if it is wanted and not ready.</summary>
    public string? WaitsFor { get; private set; }

    /// <summary>Since when it waits for that.</summary>
    public DateTimeOffset? WaitsSince { get; private set; }

    /// <summary>The process id, if it is a process.</summary>
    public int? ProcessId => (Service as ProcessService)?.ProcessId;

    /// <summary>Since when it runs; of no meaning when it does not.</summary>
    public DateTimeOffset RunningSince { get; internal set; }

    /// <summary>Processor time of its process and descendants as a share of one processor (1 = one busy processor), over the last second.</summary>
    public double? Cpu { get; internal set; }

    /// <summary>Resident memory of its process and descendants, in bytes.</summary>
    public long? Memory { get; internal set; }

    /// <summary>What it counts, and how fast.</summary>
    public IReadOnlyList<CountRate> Counts { get; internal set; } = [];

    /// <summary>Brings <see cref="Counts"/> up to date.</summary>
    internal void Count(TimeSpan elapsed)
    {
        var counted = Service.IsServiceAlive ? Service.Counts : [];
        // A process that counts nothing new sends nothing new.
        if (ReferenceEquals(counted, _counted) && Counts.All(c => c.PerSecond == 0))
            return;
        Counts = CountRate.Between(Counts, counted, elapsed);
        _counted = counted;
    }

    /// <summary>Whether it was a job that is done: it has ended by itself, a process with exit code 0.</summary>
    public bool HasCompleted => IsOver && Service.State == ServiceState.Stopped;

    /// <summary>Whether it has ended for good by a failure.</summary>
    public bool HasFailed => IsOver && Service.State != ServiceState.Stopped;

    /// <summary>The failed service that keeps it from starting, directly or through others; null if there is none.</summary>
    public SupervisedService? HeldBackBy => !IsWanted || IsOver || Service.IsServiceAlive
        ? null
        : Needs.Where(n => !IsMet(n)).Select(n => n.HasFailed ? n : n.HeldBackBy).FirstOrDefault(h => h is not null);

    /// <summary>Whether it is ready, or was a job that is done.</summary>
    internal bool IsSatisfied => IsReady || HasCompleted;

    internal Backoff Backoff { get; }

    /// <summary>Those that must be ready, or done, before it starts.</summary>
    internal List<SupervisedService> Needs { get; } = [];

    /// <summary>Those of <see cref="Needs"/> that must be done; it does not depend on them while it runs.</summary>
    internal HashSet<SupervisedService> Jobs { get; } = [];

    /// <summary>Whether it is no longer supervised: another one has taken its place, or none.</summary>
    internal bool IsRemoved { get; set; }

    /// <summary>The fault of supervision itself that was logged last.</summary>
    internal string? Fault { get; set; }

    /// <summary>What is being done with it; nothing else is, meanwhile.</summary>
    internal Task Operation { get; set; } = Task.CompletedTask;

    internal Task<bool>? Probing { get; set; }

    internal DateTimeOffset NotBefore { get; set; }

    /// <summary>The start whose end has been dealt with.</summary>
    internal int HandledStart { get; set; }

    /// <summary>The start whose end was asked for, and is no failure even if it is wanted again before that is noticed.</summary>
    internal int IntendedEnd { get; set; }

    /// <summary>Why it is to be ended and started again; null when it is not.</summary>
    internal string? RestartBecause { get; set; }

    /// <summary>Whether <see cref="RestartBecause"/> counts as a failure of its own.</summary>
    internal bool RestartIsFailure { get; set; }

    internal (DateTimeOffset At, TimeSpan Used) CpuMark { get; set; }

    /// <summary>Whether nothing is to be done with it, or to be waited for, until something changes that wakes the supervisor up.</summary>
    internal bool IsSettled => Operation.IsCompleted && RestartBecause is null && (IsWanted && !IsOver ? IsReady && Service.State == ServiceState.Running : !Service.State.IsAtWork());

    /// <summary>Whether one of <see cref="Needs"/> is as far as it must be.</summary>
    internal bool IsMet(SupervisedService needed) => Jobs.Contains(needed) ? needed.HasCompleted : needed.IsSatisfied;

    /// <summary>The text without secrets.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    internal string? Masked(string? text) => text is null || _mask is null ? text : _mask(text);

    internal void Wait(string? what, DateTimeOffset now)
    {
        what = Masked(what);
        if (what == WaitsFor)
            return;
        WaitsFor = what;
        WaitsSince = what is null ? null : now;
    }

    /// <summary>Takes a new object for a service that was abandoned.</summary>
    internal void Renew()
    {
        Service = Make();
        HandledStart = 0;
        IntendedEnd = 0;
    }

    private Service Make()
    {
        var service = _make(Log);
        // Several reports within the limit, or one that is a moment late would count as none.
        if (service is ProcessService process && Options.HeartbeatLimit / 4 is { } period && period < process.ReportPeriod)
            process.ReportPeriod = period;
        return service;
    }
}

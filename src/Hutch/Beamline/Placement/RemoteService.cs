using Hutch.Beamline.Control;
using Hutch.Services;
using Hutch.Services.Counting;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Microsoft.Extensions.Logging;

namespace Hutch.Beamline.Placement;

/// <summary>
/// A service on another host, as one of this process: starting it has it started there, and it ends when that one has ended for good. In between it
/// is looked after by its supervisor there, whether or not that can be reached.
/// </summary>
internal sealed class RemoteService : AsyncService
{
    /// <summary>How long the end waits for a host that cannot be reached.</summary>
    private static readonly TimeSpan ReachPatience = TimeSpan.FromSeconds(2);

    private readonly NodeLink _link;
    private volatile string? _orderedIn;
    private volatile TaskCompletionSource _kill = New();

    public RemoteService(PlannedService planned, NodeLink link, Scope scope, ServiceLog log)
        : base(planned.Name, log)
    {
        _link = link;
        // A stop that takes too long becomes a kill there; here only the way to it can take longer.
        Configure(scope, planned.Entry.Tags, planned.Entry.StopPriority, TimeSpan.FromSeconds(planned.Entry.StopTimeout + 5));
        KillGrace = TimeSpan.FromSeconds(10);   // an order travels, is carried out, and its outcome travels back
        link.PassLogOf(planned.Name, log);
    }

    /// <summary>A process, though not of this machine; what it is in detail, its status says.</summary>
    public override ServiceContainer Container
    {
        get => ServiceContainer.Process;
        init => throw new NotSupportedException();
    }

    public override IReadOnlyList<ServiceCount> Counts =>
        _link.IsUp && View is { } view ? [.. view.Status.Counts.Select(c => new ServiceCount(c.Name, c.Unit, c.Value))] : [];

    /// <summary>Whether it is ready there, as far as it is known.</summary>
    public bool IsReadyThere => _orderedIn is { } run && run == _link.Run && View is { Status.Ready: true };

    private protected override bool EndsOnError => true;

    private RemoteView? View => _link.Look(ServiceName);

    /// <summary>What is known of it, in place of what this process knows.</summary>
    public ServiceStatus Show(ServiceStatus here)
    {
        var status = here with { Host = _link.Host, UnreachableSince = View is null ? null : _link.DownSince };
        if (View?.Status is not { } there)
            return status;
        status = status with
        {
            State = IsServiceAlive || there.State is "running" or "starting" or "stopping" ? there.State : here.State,
            Ready = here.Ready && there.Ready,
            Container = there.Container,
            Restarts = there.Restarts,
            LastError = there.LastError ?? here.LastError,
            WaitsFor = here.WaitsFor ?? (_link.IsUp ? null : _link.Trouble),
            WaitsSince = here.WaitsFor is not null ? here.WaitsSince : _link.DownSince,
            History = there.History,
        };
        return !_link.IsUp ? status with { Counts = [], HeartbeatAgeS = null, UptimeS = null } : status with
        {
            Pid = there.Pid,
            UptimeS = there.UptimeS,
            CpuPercent = there.CpuPercent,
            MemoryBytes = there.MemoryBytes,
            HeartbeatAgeS = there.HeartbeatAgeS,
            Counts = there.Counts,
        };
    }

    protected override void OnStarting()
    {
        _orderedIn = null;
        _kill = New();
    }

    protected override async Task<TimeSpan?> IterateAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var changed = _link.Changed;
            Beat();
            if (_link.IsUp && !await IsGoingOn())
                return null;
            await Task.WhenAny(changed, Task.Delay(Timeout.Infinite, stop));
        }
        await EndThere();
        return null;
    }

    private protected override void EndBodyByForce(ServiceRun run) => _kill.TrySetResult();

    // Whether there is still something to look after.
    private async Task<bool> IsGoingOn()
    {
        if (_orderedIn != _link.Run)
        {
            if (_orderedIn is not null)
                Logger.LogWarning("{Service}: its supervisor on {Host} was restarted, and the service with it", ServiceName, _link.Host);
            _orderedIn = await _link.OrderAsync("start", ServiceName);
            return true;
        }
        if (View?.Status is not { } there)
            return true;
        if (there.Over && there.State != "stopped")
            throw new UserErrorException($"{there.LastError ?? $"it was {there.State}"} (on {_link.Host})");
        if (there.Over || (!there.Wanted && there.State is not ("starting" or "running" or "stopping")))
        {
            RequestStop(there.Over ? $"it has ended by itself on {_link.Host}" : $"it was stopped by a command on {_link.Host}");
            return false;
        }
        return true;
    }

    private async Task EndThere()
    {
        string? endedIn = null;
        var lastUp = Environment.TickCount64;
        for (var said = ""; ;)
        {
            var changed = _link.Changed;
            var command = IsBeingKilled ? "kill" : "stop";
            if (!_link.IsUp && (command == "kill" || Environment.TickCount64 - lastUp > ReachPatience.TotalMilliseconds))
            {
                _link.OrderLater(command, ServiceName);
                return;
            }
            if (_link.IsUp)
            {
                lastUp = Environment.TickCount64;
                if ((said != command || endedIn != _link.Run) && await _link.OrderAsync(command, ServiceName) is { } run)
                    (endedIn, said) = (run, command);
                if (endedIn == _link.Run && View?.Status is { Wanted: false, State: not ("starting" or "running" or "stopping") })
                    return;
            }
            await Task.WhenAny(command == "kill" ? changed : Task.WhenAny(changed, _kill.Task), Task.Delay(ReachPatience));
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

public sealed partial class Supervisor
{
    /// <summary>Deals, once, with the end of a service.</summary>
    private void NoteEnd(SupervisedService service, ServiceState state, DateTimeOffset now)
    {
        var start = service.Service.StartCount;
        if (state == ServiceState.Created || service.HandledStart == start)
            return;
        service.HandledStart = start;
        service.IsReady = false;
        service.Probing = null;
        service.Cpu = null;
        service.Memory = null;
        var because = service.RestartBecause;
        service.RestartBecause = null;
        if (!service.IsWanted || service.IntendedEnd == start)
            return;
        if (because is not null && !service.RestartIsFailure)
        {
            service.NotBefore = now;
            return;
        }
        var failed = because is not null || state != ServiceState.Stopped;
        if (failed)
            service.LastError = because ?? (service.Service.LastError is { } error ? ErrorText.Of(error) : null) ?? $"it was {state.ToString().ToLowerInvariant()}";
        var restart = service.Options.Restart;
        if (restart.Policy == RestartPolicy.Never || (restart.Policy == RestartPolicy.OnFailure && !failed))
        {
            service.IsOver = true;
            _logger.Log(failed ? LogLevel.Error : LogLevel.Information, "{Service} has ended {How} and is not restarted",
                service.Name, failed ? $"with an error ({service.LastError})" : "by itself");
            return;
        }
        var delay = service.Backoff.Next(now, now - (service.Service.StartedAt ?? now));
        service.NotBefore = now + delay;
        service.Restarts++;
        _logger.LogWarning("{Service} has ended ({Why}); it restarts in {Delay:0.0} s (restart {Number})",
            service.Name, failed ? service.LastError : "by itself", delay.TotalSeconds, service.Restarts);
        RestartGroup(service);
    }

    private void RestartGroup(SupervisedService failed)
    {
        if (failed.Options.Group is not { } group || group.Strategy == GroupStrategy.OneForOne)
            return;
        var members = _services.Where(s => s.Options.Group == group);
        if (group.Strategy == GroupStrategy.RestForOne)
            members = members.SkipWhile(m => m != failed);
        foreach (var member in members.Where(m => m != failed && m.Service.IsServiceAlive))
        {
            member.RestartBecause ??= $"{failed.Name} of group {group.Name} is restarted";
            member.RestartIsFailure = false;
            member.IsReady = false;
        }
    }
}

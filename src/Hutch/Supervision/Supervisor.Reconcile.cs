using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

public sealed partial class Supervisor
{
    /// <summary>Brings one service a step nearer to what is wanted of it.</summary>
    private void Reconcile(SupervisedService service, DateTimeOffset now)
    {
        if (!service.Operation.IsCompleted)
            return;
        var state = service.Service.State;
        if (!state.IsAtWork())
            NoteEnd(service, state, now);
        if (!service.IsWanted || service.IsOver)
        {
            service.Wait(null, now);
            if (state.IsAtWork() && !service.IsWanted)
                Operate(service, () => EndAlone(service.Service));
        }
        else if (!state.IsAtWork())
        {
            StartIfDue(service, now);
        }
        else if (service.RestartBecause is { } reason)
        {
            service.Wait($"its end, to be restarted: {reason}", now);
            Operate(service, () => EndAlone(service.Service));
        }
        else if (state == ServiceState.Running)
        {
            CheckReadiness(service, now);
            CheckLimits(service);
        }
    }

    private void StartIfDue(SupervisedService service, DateTimeOffset now)
    {
        if (FirstMissing(service) is { } missing)
        {
            service.Wait(Describe(service, missing), now);
            return;
        }
        if (service.Service.Scope is Node node && !node.LooksReachable(Wake, _end.Token))
        {
            service.Wait($"node {node.Name} to be reachable", now);
            return;
        }
        if (now < service.NotBefore)
        {
            service.Wait($"its restart delay to pass, at {service.NotBefore.ToLocalTime():HH:mm:ss.f} ({service.Restarts} restarts)"
                + (service.Backoff.IsExhausted ? "; it is restarted slowly because it failed too often" : ""), now);
            return;
        }
        if (service.Service.State == ServiceState.Abandoned)
        {
            service.Renew();
            Register(service);
            foreach (var dependant in _services.Where(s => s.Needs.Contains(service)))
                dependant.Service.DependsOn(dependant.Jobs.Contains(service) ? [] : [service.Service]);
        }
        service.Wait("its start to complete", now);
        service.Options.Ready.Begin(service);
        Operate(service, () => StartNow(service));
    }

    private void StartNow(SupervisedService service)
    {
        try
        {
            service.Service.Start();
            service.RunningSince = DateTimeOffset.UtcNow;
        }
        catch (Exception error)
        {
            // The state says that it failed; the next comparison deals with that as with any failure.
            service.LastError = ErrorText.Of(error);
            _logger.LogError("{Service} did not start: {Message}", service.Name, service.LastError);
        }
    }

    private static string Describe(SupervisedService service, SupervisedService missing)
    {
        var what = $"{missing.Name} to {(service.Jobs.Contains(missing) ? "end with exit code 0" : "be ready")}";
        if (missing.HasFailed)
            return $"{what}, but it has failed and is not restarted automatically: {FirstLine(missing.LastError)}";
        return missing.HeldBackBy is { } cause ? $"{what}, which is held back by {cause.Name}, which has failed"
            : missing is { LastError: not null, IsWanted: true } && service.Jobs.Contains(missing) ? $"{what}, which has failed and is being retried" : what;
    }

    private static string FirstLine(string? text) => (text ?? "").Split('\n')[0].TrimEnd('\r');

    /// <summary>The first of those it needs that is not ready.</summary>
    private SupervisedService? FirstMissing(SupervisedService service)
    {
        if (service.Needs.Find(n => !service.IsMet(n)) is { } needed)
            return needed;
        if (service.Options.Group is not { Strategy: not GroupStrategy.OneForOne } group)
            return null;
        var members = _services.Where(s => s.Options.Group == group).ToList();
        // Those to be restarted with it are ended first; then all start in their order.
        return members.Find(m => m.RestartBecause is not null && m.Service.IsServiceAlive)
            ?? members.TakeWhile(m => m != service).FirstOrDefault(m => m.IsWanted && !m.IsOver && !m.IsReady);
    }

    private void CheckReadiness(SupervisedService service, DateTimeOffset now)
    {
        if (service.IsReady && !service.Options.Ready.IsLost(service))
        {
            service.Wait(null, now);
            return;
        }
        service.IsReady = false;
        service.Wait(service.Options.Ready.Description, now);
        if (service.Probing is null)
        {
            service.Probing = service.Options.Ready.IsReadyAsync(service, _end.Token).AsTask();
            _ = service.Probing.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }
        if (!service.Probing.IsCompleted)
            return;
        service.IsReady = service.Probing.IsCompletedSuccessfully && service.Probing.Result;
        service.Probing = null;
        if (!service.IsReady)
            return;
        service.Wait(null, now);
        _logger.LogInformation("{Service} is ready", service.Name);
        Wake();
    }

    /// <summary>Ends a service without regard to its dependants, which live on.</summary>
    private static void EndAlone(Service service)
    {
        service.RequestStop();
        if (service.WaitTillStopped(service.StopTimeout))
            return;
        service.BeginKill();
        service.FinishKill(Environment.TickCount64 + (long)service.KillGrace.TotalMilliseconds);
    }

    private void Operate(SupervisedService service, Action operation)
    {
        service.Operation = Task.Factory.StartNew(operation, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = service.Operation.ContinueWith(
            done =>
            {
                if (done.Exception is { } error)
                    _logger.LogError(error, "{Service}: {Message}", service.Name, ErrorText.Of(error.InnerException!));
                Wake();
            },
            TaskScheduler.Default);
    }

    private void Wake()
    {
        if (!_disposed)
            _wake.Set();
    }
}

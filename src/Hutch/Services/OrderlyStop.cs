using Hutch.Services.Dependencies;
using Microsoft.Extensions.Logging;

namespace Hutch.Services;

/// <summary>Ends services in the right order: one only after those that depend on it, and among equals by stop priority.</summary>
internal static class OrderlyStop
{
    /// <summary>
    /// Ends the services and all living ones that depend on them, and waits for their end. Those that exceed their
    /// <see cref="Service.StopTimeout"/> are killed.
    /// </summary>
    public static void Run(IReadOnlyCollection<Service> services, bool kill = false)
    {
        var waiting = DependencyGraph.WithAliveDependants(services);
        while (waiting.Count > 0)
        {
            var wave = NextWave(waiting);
            if (kill)
                Kill(wave);
            else
                Stop(wave);
            foreach (var service in wave)
                waiting.Remove(service);
            foreach (var dependants in waiting.Values)
                dependants.ExceptWith(wave);
        }
    }

    /// <summary>The same, on the pool. Should the order be impossible to find (a user's collection that throws), they stop without one.</summary>
    public static void RunInBackground(IReadOnlyCollection<Service> services) => ThreadPool.UnsafeQueueUserWorkItem(
        static services =>
        {
            try
            {
                Run(services);
            }
            catch (Exception error)
            {
                foreach (var service in services)
                {
                    service.OwnLogger.LogError(error, "{Service} is stopped without regard to its dependants: {Message}", service.ServiceName, ErrorText.Of(error));
                    service.RequestStop();
                }
            }
        },
        services,
        preferLocal: false);

    private static List<Service> NextWave(Dictionary<Service, HashSet<Service>> waiting)
    {
        var free = waiting.Where(w => w.Value.Count == 0).Select(w => w.Key).ToList();
        if (free.Count == 0)
        {
            // A circle that was closed after the starts, which are where circles are refused: it has no right order.
            free = [.. waiting.Keys];
            free[0].OwnLogger.LogWarning("services depend on each other in a circle and are stopped together: {Services}", new ServiceList(free).ToString());
        }
        var lowest = free.Min(s => s.StopPriority);
        return free.FindAll(s => s.StopPriority == lowest);
    }

    private static void Stop(List<Service> wave)
    {
        var begun = Environment.TickCount64;
        foreach (var service in wave)
            service.RequestStop();
        var late = new List<Service>();
        foreach (var service in wave)
        {
            if (service.IsCurrent)
                continue;
            var patience = service.StopTimeout - TimeSpan.FromMilliseconds(Environment.TickCount64 - begun);
            if (!service.WaitTillStopped(patience > TimeSpan.Zero ? patience : TimeSpan.Zero))
                late.Add(service);
        }
        foreach (var service in late)
            service.OwnLogger.LogWarning("{Service} did not stop within {Seconds} s and is killed", service.ServiceName, service.StopTimeout.TotalSeconds);
        Kill(late);
    }

    private static void Kill(List<Service> wave)
    {
        var begun = Environment.TickCount64;
        foreach (var service in wave)
            service.BeginKill();
        foreach (var service in wave)
            service.FinishKill(begun + (long)service.KillGrace.TotalMilliseconds);
    }
}

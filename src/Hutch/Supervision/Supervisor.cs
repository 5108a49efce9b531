using Hutch.Services;
using Hutch.Services.Logging;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

/// <summary>
/// Keeps services in the state they are wanted in: starts them when those they depend on are ready, starts them again as
/// their policy says, and enforces their limits. It compares what is wanted with what is, again and again; whatever ended a
/// service, and whenever, the next comparison finds it.
/// </summary>
public sealed partial class Supervisor : IDisposable
{
    /// <summary>How often services are looked at while one of them is on its way somewhere; the end of a service is noticed at once.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    /// <summary>How often they are looked at while none is: for their limits.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly List<SupervisedService> _services = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _end = new();
    private readonly ILogger _logger;
    private readonly Func<string, string>? _mask;
    private readonly Standstills _standstills = new();
    private readonly Thread _thread;
    private bool _disposed;
    private long _passedAt = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Makes a supervisor; it supervises from the first <see cref="Add"/>.</summary>
    /// <param name="logger">Where starts, ends and restarts are logged.</param>
    /// <param name="mask">Keeps secrets out of what is logged and known of the services; null keeps all as it is.</param>
    public Supervisor(ILogger? logger = null, Func<string, string>? mask = null)
    {
        _logger = GuardedLogger.Around(logger);
        _mask = mask;
        _thread = new Thread(Run) { Name = "supervisor", IsBackground = true };
        _thread.UnsafeStart();
    }

    /// <summary>The supervised services, in the order in which they were added.</summary>
    public IReadOnlyList<SupervisedService> Services
    {
        get
        {
            lock (_gate)
                return [.. _services];
        }
    }

    /// <summary>The time since the wanted state was last compared with the actual one; more than a second means that supervision hangs.</summary>
    public TimeSpan SinceLastPass => System.Diagnostics.Stopwatch.GetElapsedTime(Volatile.Read(ref _passedAt));

    /// <summary>Takes a service under supervision; it is not started by that.</summary>
    /// <param name="make">Makes the service, with the logger it is to use. Called again if a thread had to be abandoned.</param>
    /// <param name="options">How it is supervised.</param>
    /// <param name="logger">Where its log goes, besides <see cref="SupervisedService.Log"/>.</param>
    /// <exception cref="UserErrorException">The name is in use, a dependency is unknown, or there is a circle.</exception>
    public SupervisedService Add(Func<ServiceLog, Service> make, SupervisionOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        var added = Prepare(make, options ?? new(), new ServiceLog(logger, _mask));
        lock (_gate)
            Enter(added);
        return added;
    }

    /// <summary>Makes a service that is not supervised yet.</summary>
    internal SupervisedService Prepare(Func<ServiceLog, Service> make, SupervisionOptions options, ServiceLog log) => new(make, options, log, _mask);

    /// <summary>Puts services in the place of others, which must have ended.</summary>
    /// <param name="outgoing">Those that are no longer supervised, with all that depend on them.</param>
    /// <param name="incoming">Those that are, each after those it depends on. They are not started by that.</param>
    /// <param name="order">The names of all afterwards, in their order.</param>
    internal void Replace(IReadOnlyCollection<SupervisedService> outgoing, IReadOnlyCollection<SupervisedService> incoming, IEnumerable<string> order)
    {
        lock (_gate)
        {
            foreach (var service in outgoing)
            {
                service.IsRemoved = true;
                _services.Remove(service);
                service.Service.TryCleanup();
            }
            foreach (var service in incoming)
                Enter(service);
            var places = order.ToList();
            var sorted = _services.OrderBy(s => places.IndexOf(s.Name)).ToList();
            _services.Clear();
            _services.AddRange(sorted);
        }
        Wake();
    }

    private void Enter(SupervisedService added)
    {
        if (_services.Exists(s => s.Name == added.Name))
            throw new UserErrorException($"two services are called {added.Name}; give one another name");
        SupervisedService Known(string name) => _services.Find(s => s.Name == name)
            ?? throw new UserErrorException($"service {added.Name} depends on {name}, which does not exist; {Choices.Among("services", _services.Select(s => s.Name))}");
        added.Jobs.UnionWith(added.Options.AfterCompletionOf.Select(Known));
        added.Needs.AddRange(added.Options.DependsOn.Select(Known).Union(added.Jobs));
        added.Needs.AddRange(_services.Where(s => added.Service.Dependencies.Contains(s.Service)).Except(added.Needs));
        Register(added);
        _services.Add(added);
    }

    /// <summary>Ends the supervision and, dependants first, the services.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _end.Cancel();
        _wake.Set();
        _thread.Join();
        Task.WhenAll(_services.Select(s => s.Operation)).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult(); // Operate has logged what failed
        new ServiceList(_services.Select(s => s.Service)).KillAll();
        _wake.Dispose();
        _end.Dispose();
    }

    private void Register(SupervisedService added)
    {
        added.Service.DependsOn(added.Needs.Except(added.Jobs).Select(n => n.Service));
        ServiceRegistry.Add(added.Service);
        added.Service.StateChanged += (_, _) => Wake();
    }

    private void Run()
    {
        var pause = Tick;
        while (!_end.IsCancellationRequested)
        {
            _wake.WaitOne(pause);
            _standstills.Look(pause);
            Volatile.Write(ref _passedAt, System.Diagnostics.Stopwatch.GetTimestamp());
            var now = DateTimeOffset.UtcNow;
            lock (_gate)
            {
                Guard(null, () => Measure(now));
                foreach (var service in _services)
                    Guard(service, () => Reconcile(service, now));
                pause = _services.TrueForAll(IsAtRest) ? Rest : Tick;
            }
        }
    }

    private static bool IsAtRest(SupervisedService service) => service.IsSettled && !(service.Options.HeartbeatLimit < 4 * Rest);

    // Supervision must outlive its own faults, and those of one service (a probe that throws) are no other's: whatever this was, the
    // next comparison starts afresh.
    private void Guard(SupervisedService? service, Action comparison)
    {
        try
        {
            comparison();
            service?.Fault = null;
        }
        catch (Exception error)
        {
            var fault = ErrorText.Of(error);
            if (service is not null && service.Fault == fault)
                return;
            service?.Fault = fault;
            service?.LastError = $"its supervision failed: {fault}";
            _logger.LogCritical(error, "{Service}: its supervision failed: {Message}", service?.Name ?? "supervisor", fault);
        }
    }
}

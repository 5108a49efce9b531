using Hutch.Services;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Supervision;

/// <summary>
/// Keeps services in the state they are wanted in: starts them when those they depend on are ready, starts them again as
/// their policy says, and sees to their limits. It compares what is wanted with what is, again and again; whatever ended a
/// service, and whenever, the next comparison finds it.
/// </summary>
public sealed partial class Supervisor : IDisposable
{
    /// <summary>Readiness and limits are looked at this often; the end of a service is noticed at once.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly List<SupervisedService> _services = [];
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _end = new();
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private bool _disposed;
    private long _passedAt = System.Diagnostics.Stopwatch.GetTimestamp();

    /// <summary>Makes a supervisor; it supervises from the first <see cref="Add"/>.</summary>
    public Supervisor(ILogger? logger = null)
    {
        _logger = logger ?? NullLogger.Instance;
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

    /// <summary>How long ago what is wanted was last compared with what is; more than a second means that supervision hangs.</summary>
    public TimeSpan SinceLastPass => System.Diagnostics.Stopwatch.GetElapsedTime(Volatile.Read(ref _passedAt));

    /// <summary>Takes a service under supervision; it is not started by that.</summary>
    /// <param name="make">Makes the service, with the logger it is to use. Called again if a thread had to be abandoned.</param>
    /// <param name="options">How it is supervised.</param>
    /// <param name="logger">Where its log goes, besides <see cref="SupervisedService.Log"/>.</param>
    /// <exception cref="UserErrorException">The name is taken, a dependency is unknown, or there is a circle.</exception>
    public SupervisedService Add(Func<ServiceLog, Service> make, SupervisionOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(make);
        var added = new SupervisedService(make, options ?? new(), new ServiceLog(logger));
        lock (_gate)
        {
            if (_services.Exists(s => s.Name == added.Name))
                throw new UserErrorException($"two services are called {added.Name}; give one another name");
            foreach (var name in added.Options.DependsOn)
            {
                added.Needs.Add(_services.Find(s => s.Name == name)
                    ?? throw new UserErrorException($"service {added.Name} depends on {name}, which is not there; there are: {string.Join(", ", _services.Select(s => s.Name))}"));
            }
            added.Needs.AddRange(_services.Where(s => added.Service.Dependencies.Contains(s.Service)).Except(added.Needs));
            Register(added);
            _services.Add(added);
        }
        return added;
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
        Task.WhenAll(_services.Select(s => s.Operation)).Wait();
        new ServiceList(_services.Select(s => s.Service)).KillAll();
        _wake.Dispose();
        _end.Dispose();
    }

    private void Register(SupervisedService added)
    {
        added.Service.DependsOn(added.Needs.Select(n => n.Service));
        ServiceRegistry.Add(added.Service);
        added.Service.StateChanged += (_, _) => _wake.Set();
    }

    private void Run()
    {
        while (!_end.IsCancellationRequested)
        {
            _wake.WaitOne(Tick);
            Volatile.Write(ref _passedAt, System.Diagnostics.Stopwatch.GetTimestamp());
            var now = DateTimeOffset.UtcNow;
            lock (_gate)
            {
                try
                {
                    Measure(now);
                    foreach (var service in _services)
                        Reconcile(service, now);
                }
                catch (Exception error)
                {
                    // Supervision must outlive its own faults: whatever this was, the next comparison starts afresh.
                    _logger.LogCritical(error, "supervision failed: {Message}", error.Message);
                }
            }
        }
    }
}

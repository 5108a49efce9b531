using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Services;

/// <summary>
/// A named unit of repeating work with one life cycle. The body, <see cref="Iterate"/>, runs again and again on a
/// thread of its own until the service is stopped, ends itself or fails.
/// </summary>
public abstract class Service : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _ended = new(initialState: true);
    private CancellationTokenSource _stop = new();
    private Thread? _thread;
    private bool _disposed;

    /// <summary>Makes a service; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="name">A name that is unique among the services of the process.</param>
    /// <param name="logger">Where the service logs; nowhere if left out.</param>
    protected Service(string name, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ServiceName = name;
        Logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The name by which the service is found and logged.</summary>
    public string ServiceName { get; }

    /// <summary>Where the service is in its life.</summary>
    public ServiceState State { get; private set; } = ServiceState.Created;

    /// <summary>The last error of the body or of the start, or null.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>The pause between two iterations whose body does not say otherwise. Default: none.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.Zero;

    /// <summary>What an exception in the body does. Default: <see cref="ErrorAction.Continue"/>.</summary>
    public ErrorAction OnError { get; init; } = ErrorAction.Continue;

    /// <summary>The service's own logger.</summary>
    protected ILogger Logger { get; }

    /// <summary>
    /// Acquires what the service needs and starts its body. Returns when the service runs.
    /// </summary>
    /// <exception cref="InvalidOperationException">The service is running already.</exception>
    /// <exception cref="Exception">Whatever <see cref="OnStarting"/> threw; the service is then <see cref="ServiceState.Failed"/>.</exception>
    public void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_ended.IsSet)
                throw new InvalidOperationException($"service {ServiceName} is {State} already; stop it before it is started again");
            _stop.Dispose();
            _stop = new CancellationTokenSource();
            _ended.Reset();
            State = ServiceState.Starting;
            LastError = null;
        }
        try
        {
            OnStarting();
        }
        catch (Exception error)
        {
            LastError = error;
            End(ServiceState.Failed);
            throw;
        }
        State = ServiceState.Running;
        _thread = new Thread(Loop) { Name = ServiceName, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Asks the service to end and returns at once; <see cref="WaitTillStopped"/> waits for it.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            if (State is ServiceState.Running or ServiceState.Starting)
                State = ServiceState.Stopping;
            if (!_disposed)
                _stop.Cancel();
        }
    }

    /// <summary>Waits until the service has ended and released what it held.</summary>
    /// <returns>False if <paramref name="timeout"/> passed first.</returns>
    public bool WaitTillStopped(TimeSpan timeout) => _ended.Wait(timeout);

    /// <summary>Stops the service and waits for its end.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the service; called once by <see cref="Dispose()"/>.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        Stop();
        _ended.Wait();
        _disposed = true;
        _stop.Dispose();
        _ended.Dispose();
    }

    /// <summary>Acquires what the body needs, on the thread that calls <see cref="Start"/>. What it throws, <see cref="Start"/> throws.</summary>
    protected virtual void OnStarting()
    {
    }

    /// <summary>
    /// One iteration of the work. It should return within a fraction of a second, or when <paramref name="stop"/> is set.
    /// </summary>
    /// <returns>The pause before the next iteration, or null for <see cref="Interval"/>.</returns>
    protected abstract TimeSpan? Iterate(CancellationToken stop);

    /// <summary>Releases what <see cref="OnStarting"/> acquired. Runs once after the last iteration, and after a failed start.</summary>
    protected virtual void OnStopped()
    {
    }

    private void Loop()
    {
        var stop = _stop.Token;
        var ending = ServiceState.Stopped;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                pause = Iterate(stop) ?? Interval;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error)
            {
                LastError = error;
                Logger.LogError(error, "{Service}: {Message}", ServiceName, error.Message);
                if (OnError == ErrorAction.Fail)
                {
                    ending = ServiceState.Failed;
                    break;
                }
                pause = Interval;
            }
            if (pause > TimeSpan.Zero)
                stop.WaitHandle.WaitOne(pause);
        }
        End(ending);
    }

    private void End(ServiceState ending)
    {
        try
        {
            OnStopped();
        }
        catch (Exception error)
        {
            LastError ??= error;
            ending = ServiceState.Failed;
            Logger.LogError(error, "{Service}: {Message}", ServiceName, error.Message);
        }
        lock (_gate)
        {
            State = ending;
            _ended.Set();
        }
    }
}

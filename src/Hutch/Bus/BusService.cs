using Hutch.Bus.Methods;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Bus;

/// <summary>
/// A service on the bus. Derive from it and write the methods: <c>public int OnAdd(int x, int y)</c> is <c>add</c>. It may
/// start before its broker; it proves at an interval that it can be reached, and ends with an error when it cannot.
/// </summary>
public abstract class BusService : Service
{
    private readonly string _url;
    private readonly BusOptions _busOptions;
    private BusConnection? _bus;
    private Task? _starting;
    private BusServer? _server;
    private long? _failsSince;
    private long _receivedAtLastProof;

    /// <summary>Makes a service; nothing runs before it is started.</summary>
    /// <param name="url">Where the bus is.</param>
    /// <param name="options">How it serves.</param>
    /// <param name="bus">How it takes part in the bus; null for the usual.</param>
    /// <param name="logger">Where it logs; null: nowhere.</param>
    protected BusService(string url, ServeOptions options, BusOptions? bus = null, ILogger? logger = null)
        : base(options?.Name!, logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ = Transports.BusUrl.Parse(url);
        (_url, Options, _busOptions) = (url, options, bus ?? new BusOptions());
        OnError = ErrorAction.Fail;
    }

    /// <summary>How the service serves.</summary>
    public ServeOptions Options { get; }

    /// <summary>The bus, for calls to others. There from the start on.</summary>
    public IBus Bus => _bus ?? throw new InvalidOperationException($"service {ServiceName} is not started");

    /// <summary>Whether the service takes calls.</summary>
    public bool IsServing => _starting?.IsCompletedSuccessfully == true;

    /// <summary>Yes: for its broker. Whether it can be reached is what its proof of life finds out.</summary>
    public override bool WaitsForWork => true;

    /// <inheritdoc/>
    protected override void OnStarting()
    {
        _bus = BusConnection.Open(_url, _busOptions, Logger);
        _server = new BusServer(_bus, this, Options, Logger);
        _starting = null;
        _failsSince = null;
    }

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        _starting ??= _server!.StartAsync(stop);
        _starting.GetAwaiter().GetResult();
        ProveAsync(stop).GetAwaiter().GetResult();
        return Options.ProofInterval;
    }

    /// <summary>Takes no more calls and ends those in hand. The <see cref="Bus"/> is open until all of the service has stopped.</summary>
    protected override void OnStopped() => StopServingAsync().AsTask().GetAwaiter().GetResult();

    // Whatever a derived class failed to end: one that is not closed would go on to take calls.
    private protected override void Release()
    {
        try
        {
            StopServingAsync().AsTask().GetAwaiter().GetResult();
        }
        finally
        {
            _bus?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private async Task ProveAsync(CancellationToken stop)
    {
        var server = _server!;
        var began = Environment.TickCount64;
        if (await server.Control.ProbeAsync(Options.ProofTimeout, stop) && !await IsDeafAsync(server, stop))
        {
            server.Counters.CountProof();
            _failsSince = null;
            return;
        }
        server.Counters.CountProofFailure();
        // Not since the last proof: after a machine has stood still, its connection gets the chance to be opened again.
        _failsSince ??= began;
        var silence = TimeSpan.FromMilliseconds(Environment.TickCount64 - _failsSince.Value);
        if (silence > Options.GiveUpAfter)
            throw new UserErrorException($"service {ServiceName} could not reach itself on {Bus.Transport.Address} for {silence.TotalSeconds:0} s; it stops so that it can be restarted");
        Logger.LogWarning("{Service}: no sign of life through {Address}; reconnecting", ServiceName, Bus.Transport.Address);
        await Bus.Transport.ReconnectAsync("no sign of life");
    }

    // Connected and yet no calls: messages wait in a queue, and none was delivered since the last look.
    private async Task<bool> IsDeafAsync(BusServer server, CancellationToken stop)
    {
        var received = server.Counters.Received;
        var idle = received == _receivedAtLastProof && server.InHand == 0;
        _receivedAtLastProof = received;
        if (!idle)
            return false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Options.ProofTimeout);
        try
        {
            foreach (var queue in server.Queues)
            {
                if (await Bus.Transport.CountMessagesAsync(queue.Name, limit.Token) > 0 && server.Counters.Received == received)
                    return true;
            }
            return false;
        }
        // It takes too long, or the queue was deleted.
        catch (Exception error) when (error is OperationCanceledException or UserErrorException && !stop.IsCancellationRequested)
        {
            return true;
        }
    }

    private ValueTask StopServingAsync() => Interlocked.Exchange(ref _server, null)?.DisposeAsync() ?? default;
}

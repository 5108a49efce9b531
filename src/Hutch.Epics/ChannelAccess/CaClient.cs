using System.Collections.Concurrent;
using Hutch.Native.Ca;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Epics.ChannelAccess;

/// <summary>A client of channel access over the reference library (libca): reads, monitors and puts PVs. One for a program is enough.</summary>
public sealed class CaClient : IAsyncDisposable
{
    private readonly CaContext _context;
    private readonly ConcurrentDictionary<string, Lazy<Pv>> _pvs = new(StringComparer.Ordinal);
    private readonly ILogger _logger;
    private readonly PacedQueue _paced;
    private readonly CaRepeater? _repeater;

    /// <summary>Makes a client; it searches for nothing until a PV is requested.</summary>
    /// <param name="options">Null: as the environment says.</param>
    /// <param name="logger">Where warnings of the library go; null: nowhere.</param>
    /// <exception cref="Native.MissingLibraryException">libca is not installed.</exception>
    public CaClient(CaClientOptions? options = null, ILogger? logger = null)
    {
        Options = options ?? new CaClientOptions();
        _logger = logger ?? NullLogger.Instance;
        _repeater = CaRepeater.TryStart();
        _context = new CaContext(Options.Environment, said => _logger.LogWarning("channel access: {Message}", said));
        _paced = new PacedQueue(Options.Rate);
    }

    /// <summary>How it finds PVs.</summary>
    public CaClientOptions Options { get; }

    /// <summary>A PV by its name; the same object each time. It is looked for from the first call on.</summary>
    public Pv Pv(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _pvs.GetOrAdd(name, static (n, client) => new Lazy<Pv>(() => new Pv(client, n)), this).Value;
    }

    /// <summary>Monitors a PV with as little work as possible, for programs with thousands of them.</summary>
    /// <param name="name">The PV.</param>
    /// <param name="events">What it wants to hear of.</param>
    /// <param name="listener">Who hears of it.</param>
    /// <param name="first">Whether it is monitored immediately after a reconnect, not at a random time within <see cref="CaClientOptions.ReconnectJitter"/>.</param>
    /// <returns>Ends the monitor when it is disposed; the listener may be called once more meanwhile.</returns>
    public PvListening Listen(string name, PvEvents events, IPvListener listener, bool first = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(listener);
        var listening = new PvListening(name, events, listener, _paced, first ? TimeSpan.Zero : Options.ReconnectJitter, _logger);
        _paced.Add(TimeSpan.Zero, () => listening.Open(_context));
        return listening;
    }

    /// <summary>Ends all monitors and connections.</summary>
    public ValueTask DisposeAsync()
    {
        _paced.Dispose();
        _context.Dispose();
        _repeater?.Dispose();
        foreach (var pv in _pvs.Values)
            pv.Value.End();
        return ValueTask.CompletedTask;
    }

    internal void Forget(Pv pv) => _pvs.TryRemove(pv.Name, out _);
}

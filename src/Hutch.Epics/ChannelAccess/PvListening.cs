using Hutch.Native.Ca;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.ChannelAccess;

/// <summary>A monitor of a PV that lasts until it is disposed, over any number of connections.</summary>
public sealed class PvListening : IDisposable, ICaListener
{
    private readonly PvEvents _events;
    private readonly IPvListener _listener;
    private readonly PacedQueue _paced;
    private readonly TimeSpan _jitter;
    private readonly ILogger _logger;
    private volatile CaChannel? _channel;
    private volatile bool _disposed;
    private volatile PvProperties? _properties;
    private int _connections;

    internal PvListening(string name, PvEvents events, IPvListener listener, PacedQueue paced, TimeSpan jitter, ILogger logger)
    {
        (Name, _events, _listener, _paced, _jitter, _logger) = (name, events, listener, paced, jitter, logger);
    }

    /// <summary>The PV.</summary>
    public string Name { get; }

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => _channel?.IsConnected ?? false;

    /// <summary>How often it was connected.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The server's host and port; "" before the first connection.</summary>
    public string Host => _channel?.Host ?? "";

    internal CaChannel? Channel => _channel;

    internal void Open(CaContext context)
    {
        if (_disposed)
            return;
        _channel = context.Open(Name, this);
        if (_disposed)
            _channel.Dispose();
    }

    /// <summary>Its properties when it was last connected; null before.</summary>
    public PvProperties? Properties => _properties;

    /// <summary>Ends the monitor.</summary>
    public void Dispose()
    {
        _disposed = true;
        _channel?.Dispose();
    }

    void ICaListener.OnConnection(CaChannel channel, bool connected) => Guard(() =>
    {
        _channel = channel;
        if (!connected)
        {
            // Asked for again after the reconnect, at a time of its own.
            channel.StopMonitor();
            _listener.OnConnection(false);
            return;
        }
        var first = Interlocked.Increment(ref _connections) == 1;
        _listener.OnConnection(true);
        if (_events != PvEvents.None)
            _paced.Add(first ? TimeSpan.Zero : _jitter * Random.Shared.NextDouble(), () =>
            {
                channel.Subscribe((int)_events);
                _ = ReadPropertiesAsync(channel);
            });
    });

    void ICaListener.OnValue(CaChannel channel, int dbrType, int count, ReadOnlySpan<byte> dbr)
    {
        try
        {
            _listener.OnUpdate(DbrReader.ReadTime(dbrType, count, dbr));
        }
        catch (Exception error)
        {
            _logger.LogError(error, "PV {Pv}: a value could not be processed: {Message}", Name, error.Message);
        }
    }

    void ICaListener.OnFailure(CaChannel channel, int status) => Guard(() =>
    {
        if (channel.IsConnected)
            _logger.LogWarning("PV {Pv}: its monitor failed: {Reason}", Name, CaException.TextOf(status));
    });

    // One element is enough; arrays may be long.
    internal static Task<PvProperties> AskPropertiesAsync(CaChannel channel) =>
        channel.GetAsync(DbrLayout.Join(DbrForm.Control, (PvType)channel.NativeType), DbrReader.ReadProperties, 1);

    private async Task ReadPropertiesAsync(CaChannel channel)
    {
        try
        {
            _properties = await AskPropertiesAsync(channel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is CaException or InvalidDataException)
        {
            // It was disconnected again; the next connection asks again.
            _logger.LogDebug("PV {Pv}: its properties could not be read: {Reason}", Name, error.Message);
        }
    }

    // An exception must not go up into the library.
    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            _logger.LogError(error, "PV {Pv}: {Message}", Name, error.Message);
        }
    }
}

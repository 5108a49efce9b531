using Hutch.Epics.ChannelAccess;
using Hutch.Store;
using Microsoft.Extensions.Logging;

namespace Hutch.Epics.Buffering;

/// <summary>The PV of pulse ids: each value becomes an entry in both maps.</summary>
internal sealed class PulseIdPv : IPvListener, IDisposable
{
    private readonly PvBuffer _buffer;
    private readonly ILogger _logger;
    private readonly PvListening _listening;
    private readonly StreamLimit _limit;
    private StreamId _lastId;

    public PulseIdPv(PvBuffer buffer, string name, CaClient client, ILogger logger)
    {
        (_buffer, _logger) = (buffer, logger);
        _limit = new StreamLimit(BufferRecord.PulseEntries, buffer.Options.ExactLimits);
        _listening = client.Listen(name, PvEvents.Value, this, first: true);
    }

    public void OnConnection(bool connected)
    {
        if (!connected)
            _logger.LogWarning("{Service}: {Pv}, which provides the pulse ids, is disconnected: values get the last known pulse id", _buffer.ServiceName, _listening.Name);
    }

    public void OnUpdate(PvUpdate update)
    {
        var arrival = EpicsTime.Now;
        var value = update.Data is { Count: > 0, Type: not PvType.String } data ? data.NumberAt(0) : double.NaN;
        // 0 is no id of a stream, and what is no number no pulse.
        if (!(value is >= 1 and <= 1e15))
            return;
        var pulse = (long)value;
        var id = new StreamId(arrival / 1_000_000);
        _lastId = id > _lastId ? id : _lastId.Next;
        _buffer.Queue.Add(new QueuedEntry(null, BufferRecord.PulsesByTime, BufferRecord.OfPulseByTime(pulse, update.Nanoseconds), _lastId, _limit));
        _buffer.Queue.Add(new QueuedEntry(null, BufferRecord.Pulses, BufferRecord.OfPulse(arrival, update.Nanoseconds), new StreamId(pulse), _limit));
    }

    public void Dispose() => _listening.Dispose();
}

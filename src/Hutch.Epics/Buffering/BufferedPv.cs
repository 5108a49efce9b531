using Hutch.Epics.ChannelAccess;
using Hutch.Store;

namespace Hutch.Epics.Buffering;

/// <summary>A PV that a buffer collects. Called by libca's threads, one at a time; hands on to the queue and returns.</summary>
internal sealed class BufferedPv : IPvListener, IDisposable
{
    private const long LateAfter = 1_000_000_000;
    private static readonly StreamLimit Approximately = new(BufferRecord.PvEntries);
    private static readonly StreamLimit Exactly = new(BufferRecord.PvEntries, Exact: true);

    private readonly PvBuffer _buffer;
    private readonly Lock _gate = new();
    private readonly Lock _gapGate = new();
    private StreamId? _gap;
    private PvListening? _listening;
    private PvUpdate? _last;
    private StreamId _lastId;
    private long _events;
    private long _lost;
    private long _late;
    private long _disconnections;
    private long _lastArrival;
    private long _since = EpicsTime.Now;
    private bool _fresh;
    private bool _changed;

    public BufferedPv(PvBuffer buffer, string name) => (_buffer, Name) = (buffer, name);

    public string Name { get; }

    public bool IsConnected { get; private set; }

    public long Events => Interlocked.Read(ref _events);

    public long Lost => Interlocked.Read(ref _lost);

    public long Late => Interlocked.Read(ref _late);

    public bool IsStarted => _listening is not null;

    /// <summary>Begins to collect. The first event says since when nothing is known.</summary>
    /// <param name="client">The client.</param>
    /// <param name="events">What to collect.</param>
    /// <param name="unknownSince">Since when a buffer that ended without a word has missed values; null: since now.</param>
    public void Start(CaClient client, PvEvents events, long? unknownSince)
    {
        Enqueue(BufferRecord.OfDisconnection(unknownSince ?? EpicsTime.Now), EpicsTime.Now);
        _listening = client.Listen(Name, events, this);
    }

    /// <summary>Ends the collecting, which is an event as well: what comes later would not be in the store.</summary>
    public void Dispose()
    {
        _listening?.Dispose();
        lock (_gate)
        {
            if (IsConnected)
                Enqueue(BufferRecord.OfDisconnection(EpicsTime.Now), EpicsTime.Now);
            IsConnected = false;
        }
    }

    public void OnConnection(bool connected)
    {
        lock (_gate)
        {
            if (IsConnected == connected)
                return;
            IsConnected = connected;
            Volatile.Write(ref _since, EpicsTime.Now);
            // The first value of a connection is as old as it is.
            _fresh = connected;
            if (connected)
                return;
            _disconnections++;
            Enqueue(BufferRecord.OfDisconnection(EpicsTime.Now), EpicsTime.Now);
        }
    }

    public void OnUpdate(PvUpdate update)
    {
        var now = EpicsTime.Now;
        lock (_gate)
        {
            if (!_fresh && _last is { } last && (update.Nanoseconds <= last.Nanoseconds || now - update.Nanoseconds > LateAfter))
                Interlocked.Increment(ref _late);
            _fresh = false;
            _last = update;
            _changed = true;
            Volatile.Write(ref _lastArrival, Environment.TickCount64);
            Interlocked.Increment(ref _events);
            Enqueue(BufferRecord.Of(update), now);
        }
        _buffer.Statistics.Count(update.Data.Bytes.Length);
    }

    /// <summary>Notes that an entry is lost; what comes next is preceded by an event that says so.</summary>
    public void CountLost(StreamId? id)
    {
        Interlocked.Increment(ref _lost);
        lock (_gapGate)
            _gap ??= id;
    }

    /// <summary>The event in place of the entries that were lost, if some were since it was asked last.</summary>
    public QueuedEntry? TakeGap()
    {
        lock (_gapGate)
        {
            if (_gap is not { } id)
                return null;
            _gap = null;
            return new QueuedEntry(this, Name, BufferRecord.OfDisconnection(id.Milliseconds * 1_000_000), id, Limit);
        }
    }

    /// <summary>Whether a value came since it was asked last.</summary>
    public bool TakeChanged()
    {
        lock (_gate)
        {
            var changed = _changed;
            _changed = false;
            return changed;
        }
    }

    public BufferedPvState State(TimeSpan silence) => IsConnected
        ? Age is { } age && age > silence ? BufferedPvState.Silent : BufferedPvState.Connected
        : _listening is { Connections: > 0 } ? BufferedPvState.Disconnected : BufferedPvState.NeverConnected;

    public BufferedPvStatus Status(TimeSpan silence)
    {
        var last = Volatile.Read(ref _last);
        var (state, age, properties) = (State(silence), Age, _listening?.Properties);
        return new BufferedPvStatus
        {
            Name = Name,
            State = state switch
            {
                BufferedPvState.Connected => "connected",
                BufferedPvState.Silent => "silent",
                BufferedPvState.Disconnected => "disconnected",
                _ => "never_connected",
            },
            Since = (state == BufferedPvState.Silent && age is { } silent ? EpicsTime.Now - silent.TotalMilliseconds * 1e6 : Volatile.Read(ref _since)) / 1e9,
            Age = age?.TotalSeconds,
            Host = _listening?.Host is { Length: > 0 } host ? host : null,
            Value = last is null ? null : Text(last.Data, properties),
            Unit = properties?.Units is { Length: > 0 } unit ? unit : null,
            Status = last is null ? null : AlarmNames.Of(last.Status),
            Events = Events,
            Lost = Lost,
            Late = Late,
            Disconnections = Volatile.Read(ref _disconnections),
        };
    }

    private static string Text(PvData data, PvProperties? properties) =>
        data is { Type: PvType.Enum, Count: 1 } && (int)data.NumberAt(0) is var state && properties?.States is { } states && state < states.Count ? states[state] : data.ToString();

    private StreamLimit Limit => _buffer.Options.ExactLimits ? Exactly : Approximately;

    private TimeSpan? Age => Volatile.Read(ref _lastArrival) is > 0 and var at ? TimeSpan.FromMilliseconds(Environment.TickCount64 - at) : null;

    // The id is the millisecond of arrival, as the store would give it by itself. Given here, it stays that of the arrival when the store was away,
    // and an entry that is sent a second time, because the answer to the first was lost, is refused instead of being there twice.
    private void Enqueue(StoreField[] fields, long arrival)
    {
        var id = new StreamId(arrival / 1_000_000);
        _lastId = id > _lastId ? id : _lastId.Next;
        _buffer.Queue.Add(new QueuedEntry(this, Name, fields, _lastId, Limit));
    }
}

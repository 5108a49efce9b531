using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>A PV of a <see cref="CaServer"/>: its value, its properties and its monitors. Safe for use by several threads.</summary>
public sealed partial class ServedPv
{
    private readonly Lock _gate = new();
    private Subscription[] _subscriptions = [];
    private volatile PvUpdate _current;
    private double _lastMonitored;
    private double _lastArchived;

    /// <summary>Makes a PV.</summary>
    /// <param name="name">Its name, at most 60 bytes by custom.</param>
    /// <param name="value">Its first value, which fixes the type.</param>
    /// <param name="maximumCount">The largest number of elements; 0: that of the first value.</param>
    public ServedPv(string name, PvData value, int maximumCount = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        Type = value.Type;
        MaximumCount = Math.Max(1, Math.Max(maximumCount, value.Count));
        _current = new PvUpdate(value, EpicsTime.Now, AlarmState.None);
        if (value.Count == 1 && Type != PvType.String)
            _lastMonitored = _lastArchived = value.NumberAt(0);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public PvType Type { get; }

    /// <summary>The largest number of its elements.</summary>
    public int MaximumCount { get; }

    /// <summary>Units, limits and names of states.</summary>
    public PvProperties Properties { get; init; } = new();

    /// <summary>A number must change by more than this before value monitors receive it (MDEL). Default -1: every value is sent.</summary>
    public double MonitorDeadBand { get; init; } = -1;

    /// <summary>The same for monitors of the archive (ADEL). Default -1.</summary>
    public double ArchiveDeadBand { get; init; } = -1;

    /// <summary>Whether clients may put, as far as the server lets them.</summary>
    public bool IsWritable { get; init; }

    /// <summary>
    /// What a put does, after type, number and limits were found right. An exception refuses the put: that of a
    /// <see cref="UserErrorException"/> is the reason in the log. Null: the value is posted.
    /// </summary>
    public Func<PvData, Task>? OnPut { get; init; }

    /// <summary>The present value.</summary>
    public PvUpdate Current => _current;

    /// <summary>How many monitors there are.</summary>
    public int Monitors => _subscriptions.Length;

    /// <summary>Sets the value and tells the monitors.</summary>
    /// <param name="value">The value, of the PV's type or convertible to it.</param>
    /// <param name="nanoseconds">Its time stamp, nanoseconds since 1970; null: now.</param>
    /// <param name="alarm">Its alarm; null: by the limits in <see cref="Properties"/>.</param>
    /// <exception cref="ArgumentException">It is not convertible, or has too many elements.</exception>
    public void Post(object value, long? nanoseconds = null, AlarmState? alarm = null)
    {
        var data = PvConversion.Convert(PvData.Of(value), Type, Properties.States, Properties.Precision)
            ?? throw new ArgumentException($"{value} is not a value of {Name}, which is of type {Type}", nameof(value));
        if (data.Count > MaximumCount)
            throw new ArgumentException($"{data.Count} elements are too many for {Name}, which has at most {MaximumCount}", nameof(value));
        var isNumber = data.Count == 1 && Type != PvType.String;
        var update = new PvUpdate(data, nanoseconds ?? EpicsTime.Now, alarm ?? (isNumber && Type != PvType.Enum ? AlarmState.Of(data.NumberAt(0), Properties) : AlarmState.None));
        lock (_gate)
        {
            var events = update.Alarm == _current.Alarm ? PvEvents.None : PvEvents.Alarm;
            if (!isNumber || Leaves(MonitorDeadBand, ref _lastMonitored, data))
                events |= PvEvents.Value;
            if (!isNumber || Leaves(ArchiveDeadBand, ref _lastArchived, data))
                events |= PvEvents.Log;
            _current = update;
            foreach (var subscription in _subscriptions)
            {
                if ((subscription.Events & events) != 0)
                    subscription.Circuit.Post(subscription, update);
            }
        }
    }

    // The first value is sent under the same lock as all others, so that none comes before it or between.
    internal void Subscribe(Subscription subscription)
    {
        lock (_gate)
        {
            subscription.Circuit.Post(subscription, _current);
            _subscriptions = [.. _subscriptions, subscription];
        }
    }

    internal void Unsubscribe(Subscription subscription)
    {
        lock (_gate)
            _subscriptions = [.. _subscriptions.Where(s => s != subscription)];
    }

    private static bool Leaves(double band, ref double last, PvData data)
    {
        if (band < 0)
            return true;
        var value = data.NumberAt(0);
        if (Math.Abs(value - last) <= band)
            return false;
        last = value;
        return true;
    }
}

namespace Hutch.Streams;

/// <summary>
/// Counts the ids that are missing in a series of rising ids. The step of the series is the smallest distance seen (a detector
/// may number every fourth pulse only, a stream may carry every eighth image), so a gap is counted as soon as the step is known.
/// </summary>
public sealed class IdGaps
{
    private ulong _last;
    private ulong _distance;
    private ulong _intervals;
    private bool _hasLast;

    /// <summary>The smallest distance of two ids; 0 as long as there were no two.</summary>
    public ulong Step { get; private set; }

    /// <summary>Ids missing between those that arrived.</summary>
    public long Missing => Step == 0 ? 0 : (long)((_distance / Step) - _intervals);

    /// <summary>Adds an id. One that is not larger than the previous one starts a new series: the sender has restarted.</summary>
    public void Add(ulong id)
    {
        if (_hasLast && id > _last)
        {
            var distance = id - _last;
            Step = Step == 0 ? distance : Math.Min(Step, distance);
            _distance += distance;
            _intervals++;
        }
        (_hasLast, _last) = (true, id);
    }

    /// <summary>Begins a new series: what is between the last id and the next one is not missing.</summary>
    public void Restart() => _hasLast = false;
}

namespace Hutch.Services;

/// <summary>
/// The times for which one that watches others stood still itself: a virtual machine that was paused, a process that was stopped. What it watches stood still
/// with it, or could not report; such a time says nothing about it. To be used by one thread.
/// </summary>
/// <param name="time">The clock. Default: the system's.</param>
public sealed class Standstills(TimeProvider? time = null)
{
    /// <summary>A pause shorter than this is ordinary scheduling.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);

    private const int Remembered = 32;

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Queue<(long End, TimeSpan Length)> _known = new();
    private long? _lookedAt;

    /// <summary>To be called at each look at what is watched.</summary>
    /// <param name="pause">The longest time since the last look if nothing stood still.</param>
    public void Look(TimeSpan pause)
    {
        var now = _time.GetTimestamp();
        if (_lookedAt is { } last && _time.GetElapsedTime(last, now) - pause is var length && length > Least)
        {
            if (_known.Count == Remembered)
                _known.Dequeue();
            _known.Enqueue((now, length));
        }
        _lookedAt = now;
    }

    /// <summary>How much of a time until now was not a standstill.</summary>
    public TimeSpan Without(TimeSpan age)
    {
        var watched = age;
        foreach (var (end, length) in _known)
        {
            var since = _time.GetElapsedTime(end);
            if (age > since)
                watched -= age - since < length ? age - since : length;
        }
        return watched;
    }
}

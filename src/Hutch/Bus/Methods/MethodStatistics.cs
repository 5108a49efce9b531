using System.Diagnostics;
using System.Numerics;

namespace Hutch.Bus.Methods;

/// <summary>What is counted of one method.</summary>
internal sealed class MethodStatistics
{
    // Four buckets an octave of ticks: a percentile is right to about 10 %.
    private readonly long[] _buckets = new long[4 * 64];
    private long _calls;
    private long _errors;
    private long _masked;
    private long _redelivered;
    private long _ticks;

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Calls answered with an error.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Of those, the ones whose cause was kept from the caller.</summary>
    public long Masked => Interlocked.Read(ref _masked);

    /// <summary>Calls that may have been executed before.</summary>
    public long Redelivered => Interlocked.Read(ref _redelivered);

    public string? LastError { get; private set; }

    public DateTimeOffset? LastErrorTime { get; private set; }

    public TimeSpan Mean => Calls == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _ticks) / Calls);

    public void Note(long ticks, bool redelivered)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _ticks, ticks);
        Interlocked.Increment(ref _buckets[Bucket(ticks)]);
        if (redelivered)
            Interlocked.Increment(ref _redelivered);
    }

    public void NoteError(string error, bool masked)
    {
        Interlocked.Increment(ref _errors);
        if (masked)
            Interlocked.Increment(ref _masked);
        LastError = error;
        LastErrorTime = DateTimeOffset.UtcNow;
    }

    /// <summary>The time within which a share of the calls ended.</summary>
    public TimeSpan Percentile(double share)
    {
        var total = 0L;
        foreach (var bucket in _buckets)
            total += bucket;
        var below = 0L;
        for (var i = 0; i < _buckets.Length; i++)
        {
            below += _buckets[i];
            if (below > 0 && below >= total * share)
                return Stopwatch.GetElapsedTime(0, UpperEnd(i));
        }
        return TimeSpan.Zero;
    }

    private static int Bucket(long ticks)
    {
        if (ticks < 4)
            return (int)Math.Max(ticks, 0);
        var octave = BitOperations.Log2((ulong)ticks);
        return (4 * octave) + (int)((ticks >> (octave - 2)) & 3);
    }

    private static long UpperEnd(int bucket)
    {
        if (bucket < 4)
            return bucket;
        var (octave, quarter) = Math.DivRem(bucket, 4);
        return (5L + quarter) << (octave - 2);
    }
}

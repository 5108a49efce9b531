using System.Diagnostics;
using System.Numerics;

namespace Hutch.Bus.Methods;

/// <summary>What is counted of one method.</summary>
internal sealed class MethodStatistics
{
    // Four buckets an octave of ticks: a percentile is right to about 10 %.
    private const int Buckets = 4 * 64;

    // As StripedCounter does it, processors have their own: how many calls took so long, and behind that how long all of them took.
    private readonly long[][] _times = [.. Enumerable.Range(0, StripedCounter.Stripes).Select(_ => new long[Buckets + 1])];
    private long _errors;
    private long _masked;
    private long _redelivered;

    public long Calls => Histogram().Sum();

    /// <summary>Calls answered with an error.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Of those, the ones whose cause was kept from the caller.</summary>
    public long Masked => Interlocked.Read(ref _masked);

    /// <summary>Calls that may have been executed before.</summary>
    public long Redelivered => Interlocked.Read(ref _redelivered);

    public string? LastError { get; private set; }

    public DateTimeOffset? LastErrorTime { get; private set; }

    public TimeSpan Mean => Calls is > 0 and var calls ? Stopwatch.GetElapsedTime(0, Sum(Buckets) / calls) : TimeSpan.Zero;

    public void Note(long ticks, bool redelivered)
    {
        var times = _times[StripedCounter.Stripe];
        Interlocked.Increment(ref times[Bucket(ticks)]);
        Interlocked.Add(ref times[Buckets], ticks);
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
        var histogram = Histogram();
        var total = histogram.Sum();
        var below = 0L;
        for (var i = 0; i < Buckets; i++)
        {
            below += histogram[i];
            if (below > 0 && below >= total * share)
                return Stopwatch.GetElapsedTime(0, UpperEnd(i));
        }
        return TimeSpan.Zero;
    }

    private long[] Histogram() => [.. Enumerable.Range(0, Buckets).Select(Sum)];

    private long Sum(int place) => _times.Sum(times => Interlocked.Read(ref times[place]));

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

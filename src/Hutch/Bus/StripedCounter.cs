namespace Hutch.Bus;

/// <summary>A count that many threads change all the time: each processor has its place, so that few threads meet in one.</summary>
internal sealed class StripedCounter
{
    private const int Apart = 128 / sizeof(long);   // two cache lines: processors fetch them in pairs

    /// <summary>How many places there are.</summary>
    public static readonly int Stripes = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);

    // The first place stays empty, apart from what lies before the array.
    private readonly long[] _counts = new long[(Stripes + 1) * Apart];

    /// <summary>The sum; what changes meanwhile may be in it or not.</summary>
    public long Value
    {
        get
        {
            var sum = 0L;
            for (var stripe = 1; stripe <= Stripes; stripe++)
                sum += Interlocked.Read(ref _counts[stripe * Apart]);
            return sum;
        }
    }

    /// <summary>The number of the place that is the present processor's, from 0 to <see cref="Stripes"/> - 1.</summary>
    public static int Stripe => Thread.GetCurrentProcessorId() & (Stripes - 1);

    public void Add(long count) => Interlocked.Add(ref _counts[(Stripe + 1) * Apart], count);
}

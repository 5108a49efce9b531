namespace Hutch.Detectors.Tests;

/// <summary>What this thread allocates, in bytes.</summary>
internal static class Allocations
{
    // What a run allocates shows in each of several. A collection in between counts the rest of the thread's allocation context, some 8 KB, as used.
    internal static long Of(Action action)
    {
        return Enumerable.Range(0, 3).Select(_ => Once()).Min();

        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}

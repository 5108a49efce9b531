using System.Collections.Concurrent;
using Hutch.Bus.Calls;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>Calls that wait for their answers.</summary>
public class PendingCallsTests
{
    private const int Many = 20_000;   // several times what has a place of its own

    [Fact]
    public void Each_of_many_calls_is_found_and_taken_out_by_one_only()
    {
        using var pending = new PendingCalls(_ => Assert.Fail("none has waited too long"));
        var calls = Enumerable.Range(0, Many).Select(_ => new PendingResult<int>(CallId.Next(), "x.y", 600_000)).ToArray();
        Parallel.ForEach(calls, pending.Add);
        Assert.Equal(Many, pending.All().Length);
        Assert.Equal(calls, calls.Select(c => pending.Find(c.Id)));
        Assert.Null(pending.Find(Guid.NewGuid()));

        var taken = 0;
        Parallel.ForEach(calls.Concat(calls.Reverse()), call => Interlocked.Add(ref taken, pending.Remove(call) ? 1 : 0));
        Assert.Equal(Many, taken);
        Assert.Empty(pending.All());
        Assert.All(calls, c => Assert.Null(pending.Find(c.Id)));
    }

    [Fact]
    public async Task Each_of_many_calls_expires_once_and_not_before_its_time()
    {
        var expired = new ConcurrentBag<PendingCall>();
        PendingCalls? pending = null;
        using var some = pending = new PendingCalls(call =>
        {
            // Two ticks may meet the same call; it is for the one that takes it out.
            if (pending!.Remove(call))
                expired.Add(call);
        });
        var calls = Enumerable.Range(0, Many).Select(i => new PendingResult<int>(CallId.Next(), "x.y", i % 2 == 0 ? 50 : 600_000)).ToArray();
        foreach (var call in calls)
            pending.Add(call);
        await Eventually.TrueAsync(() => expired.Count == Many / 2, "half of them expire");
        Assert.All(expired, c => Assert.Equal(50, c.Timeout));
        Assert.Equal(Many / 2, expired.Distinct().Count());
        Assert.Equal(Many / 2, pending.All().Length);
    }
}

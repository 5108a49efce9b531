using System.Collections.Concurrent;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

public abstract partial class RequestContract
{
    [Fact]
    public async Task A_kill_sets_the_token_of_a_running_request_and_calls_OnKill_on_another_thread()
    {
        var begun = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource<(string, int)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var sawOnKill = new ManualResetEventSlim();
        await Primary("p", new Handler(
            (_, _, kill) =>
            {
                begun.SetResult(Environment.CurrentManagedThreadId);
                kill.WaitHandle.WaitOne();       // blocks its thread, as much of what reads hardware does
                sawOnKill.Wait(Wait30, CancellationToken.None);
                kill.ThrowIfCancellationRequested();
                return Task.FromResult<object?>("not killed");
            },
            id =>
            {
                killed.SetResult((id, Environment.CurrentManagedThreadId));
                sawOnKill.Set();
            }));
        var id = await Client.SendAsync(Tag("p"), new { });
        var thread = await begun.Task;
        await Client.KillAsync(Tag("p"), id);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(id, 2));
        var (killedId, killThread) = await killed.Task;
        Assert.Equal(id, killedId);
        Assert.NotEqual(thread, killThread);
    }

    [Fact]
    public async Task A_kill_of_a_waiting_request_fails_it_before_it_begins_and_of_an_unknown_one_harms_nobody()
    {
        using var release = new SemaphoreSlim(0);
        var kills = new ConcurrentQueue<string>();
        var worked = new ConcurrentQueue<string>();
        await Primary("p", new Handler(
            async (id, _, _) =>
            {
                worked.Enqueue(id);
                await release.WaitAsync(CancellationToken.None);
                return null;
            },
            kills.Enqueue));
        var first = await Client.SendAsync(Tag("p"), 1);
        var second = await Client.SendAsync(Tag("p"), 2);
        await Client.KillAsync(Tag("p"), "unknown");
        await Client.KillAsync(Tag("p"), second);
        await Eventually.TrueAsync(() => kills.Contains(second), "the kill arrives");
        release.Release(2);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_success null"], await Log.LinesAsync(first, 2));
        Assert.Equal([$"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(second, 1));
        Assert.Equal([first], worked);
    }

    [Fact]
    public async Task A_kill_that_overtakes_its_request_is_not_lost()
    {
        var kills = new ConcurrentQueue<string>();
        await Primary("p", new Handler((_, _, _) => Task.FromResult<object?>("ran"), kills.Enqueue));
        var id = Guid.NewGuid().ToString();
        await Client.KillAsync(Tag("p"), id);
        await Eventually.TrueAsync(() => kills.Contains(id), "the kill arrives");
        await Client.SendAsync(Tag("p"), 1, requestId: id);
        Assert.Equal([$"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(id, 1));
        Assert.EndsWith("success ran", (await Log.LinesAsync(await Client.SendAsync(Tag("p"), 2), 2))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_OnKill_that_throws_and_a_token_callback_that_throws_stop_nothing()
    {
        // The status of the start does not say that the callback is registered: a kill before that is thrown at the handler.
        using var registered = new SemaphoreSlim(0);
        await Primary("p", new Handler(
            async (_, _, kill) =>
            {
                using var broken = kill.Register(() => throw new InvalidOperationException("broken on purpose"));
                registered.Release();
                await Task.Delay(Timeout.Infinite, kill);
                return null;
            },
            _ => throw new InvalidOperationException("broken on purpose")));
        for (var i = 0; i < 3; i++)
        {
            var id = await Client.SendAsync(Tag("p"), i);
            Assert.True(await registered.WaitAsync(Wait30), "the request does not begin");
            await Client.KillAsync(Tag("p"), id);
            Assert.EndsWith("request_fail User requested interruption.", (await Log.LinesAsync(id, 2))[1], StringComparison.Ordinal);
        }
    }
}

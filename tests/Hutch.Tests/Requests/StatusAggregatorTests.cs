using Hutch.Bus.Requests;

namespace Hutch.Tests.Requests;

public class StatusAggregatorTests
{
    private readonly StatusAggregator _aggregator = new(capacity: 3);

    [Fact]
    public async Task It_is_complete_when_every_service_heard_of_has_finished()
    {
        Say("r", "p", RequestAction.Start);
        Assert.False(_aggregator.Find("r")!.IsComplete);
        Say("r", "q", RequestAction.Start);
        Say("r", "p", RequestAction.Success);
        Assert.False(_aggregator.Find("r")!.IsComplete);
        var wait = _aggregator.WaitForCompletionAsync("r", TimeSpan.FromSeconds(30));
        Assert.False(wait.IsCompleted);
        Say("r", "q", RequestAction.Fail);
        Assert.False((await wait).Succeeded);
        Assert.Equal([RequestAction.Start, RequestAction.Success], (await wait).Services["p"].Select(s => s.Action));
    }

    [Fact]
    public async Task With_named_services_the_first_success_is_not_the_end()
    {
        var wait = _aggregator.WaitForCompletionAsync("r", TimeSpan.FromSeconds(30), ["p", "q"]);
        Say("r", "p", RequestAction.Start);
        Say("r", "p", RequestAction.Success);
        Assert.True(_aggregator.Find("r")!.IsComplete);
        Assert.False(wait.IsCompleted);
        Say("r", "q", RequestAction.Start);
        Say("r", "q", RequestAction.Success);
        Assert.True((await wait).Succeeded);
    }

    [Fact]
    public async Task A_time_out_says_what_is_known()
    {
        Say("r", "p", RequestAction.Start);
        var error = await Assert.ThrowsAsync<TimeoutException>(() => _aggregator.WaitForCompletionAsync("r", TimeSpan.FromMilliseconds(20)));
        Assert.Contains("p said request_start", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<TimeoutException>(() => _aggregator.WaitForCompletionAsync("unheard", TimeSpan.FromMilliseconds(20)));
        Assert.Contains("no service", error.Message, StringComparison.Ordinal);
        Assert.Single(_aggregator.Requests);
    }

    [Fact]
    public async Task The_oldest_go_first_but_not_those_that_are_waited_for()
    {
        Say("waited", "p", RequestAction.Start);
        var wait = _aggregator.WaitForCompletionAsync("waited", TimeSpan.FromSeconds(30));
        for (var i = 0; i < 10; i++)
            Say($"r{i}", "p", RequestAction.Start);
        Assert.Equal(["waited", "r8", "r9"], _aggregator.Requests.Select(r => r.RequestId));
        Say("waited", "p", RequestAction.Success);
        Assert.Equal(2, (await wait).Services["p"].Count);
        Say("r10", "p", RequestAction.Start);
        Say("r11", "p", RequestAction.Start);
        Assert.Equal(["r9", "r10", "r11"], _aggregator.Requests.Select(r => r.RequestId));
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var wait = _aggregator.WaitForCompletionAsync("r", TimeSpan.FromSeconds(30), cancel: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private void Say(string id, string source, RequestAction action) =>
        _aggregator.Add(new RequestStatus { RequestId = id, Source = source, Action = action, Tag = "t" });
}

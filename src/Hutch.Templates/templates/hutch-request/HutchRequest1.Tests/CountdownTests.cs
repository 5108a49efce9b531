using System.Collections.Concurrent;
using Hutch.Bus.Requests;
using Hutch.Testing;

namespace HutchRequest1.Tests;

// Each test has a session of its own. What a test leaves running is ended, and fails it by name.
public class CountdownTests : SessionFixture
{
    private readonly MemoryBus _bus = new();
    private readonly ConcurrentQueue<RequestStatus> _statuses = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered()
    {
        using var service = StartService(TimeSpan.FromMilliseconds(1));
        await using var client = new RequestClient(_bus.OpenTransport());
        await using var statuses = await client.SubscribeAsync(_statuses.Enqueue, Cancel);

        var id = await client.SendAsync(Countdown.Tag, new { count = 3 }, cancel: Cancel);

        var end = End(id);
        Assert.Equal((RequestAction.Success, "counted to 3"), (end.Action, end.Message));
    }

    [Fact]
    public async Task A_request_that_is_killed_fails()
    {
        using var service = StartService(TimeSpan.FromHours(1));
        await using var client = new RequestClient(_bus.OpenTransport());
        await using var statuses = await client.SubscribeAsync(_statuses.Enqueue, Cancel);

        var id = await client.SendAsync(Countdown.Tag, new { count = 3 }, cancel: Cancel);
        Eventually.True(() => _statuses.Any(status => status.RequestId == id && status.Action == RequestAction.Start));
        await client.KillAsync(Countdown.Tag, id, Cancel);

        Assert.Equal(RequestAction.Fail, End(id).Action);
    }

    private PrimaryService StartService(TimeSpan step)
    {
        var service = new PrimaryService(_bus.OpenTransport(), "countdown", new Countdown(step), new RequestServiceOptions { Tag = Countdown.Tag });
        service.Start();
        return service;
    }

    private RequestStatus End(string id)
    {
        RequestStatus? end = null;
        Eventually.True(() => (end = _statuses.FirstOrDefault(status => status.RequestId == id && status.IsFinal)) is not null);
        return end!;
    }
}

using Hutch.Bus;
using Hutch.Bus.Requests;
using Hutch.Store;

namespace Hutch.Testing.Tests;

/// <summary>The bus and the store in memory.</summary>
public class MemoryTests : SessionFixture
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_is_called_on_a_bus_of_the_test()
    {
        var bus = new MemoryBus();
        using var adder = new Adder(bus.Url);
        adder.Start();
        Eventually.True(() => adder.IsServing);
        await using var caller = bus.Open();
        Assert.Equal(5, await caller.CallAsync<int>("adder.add", new { x = 2, y = 3 }, cancel: Cancel));

        await using var stranger = new MemoryBus().Open();
        await Assert.ThrowsAsync<BusUnroutableException>(() => stranger.CallAsync<int>("adder.add", new { x = 2, y = 3 }, cancel: Cancel));
    }

    [Fact]
    public async Task A_request_is_answered_by_its_status()
    {
        var bus = new MemoryBus();
        using var service = new PrimaryService(bus.OpenTransport(), "doubler", new Doubler(), new RequestServiceOptions { Tag = "test.double" });
        service.Start();
        await using var client = new RequestClient(bus.OpenTransport());
        var answered = new TaskCompletionSource<RequestStatus>();
        await using var subscription = await client.SubscribeAsync(status =>
        {
            if (status.Action == RequestAction.Success)
                answered.TrySetResult(status);
        }, Cancel);

        await client.SendAsync("test.double", new { value = 21 }, cancel: Cancel);

        Assert.Equal("42", (await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Message);
    }

    [Fact]
    public async Task A_store_keeps_what_is_put_there_and_goes_with_all_its_files()
    {
        string folder;
        await using (var memory = new MemoryStore())
        {
            folder = Path.GetDirectoryName(memory.Url["sqlite://".Length..])!;
            await memory.Store.SetAsync("key", "value"u8.ToArray(), cancel: Cancel);
            await using var second = Stores.Open(memory.Url);
            Assert.Equal("value"u8.ToArray(), await second.GetAsync("key", Cancel));
            Assert.True(Directory.Exists(folder));
        }
        Assert.False(Directory.Exists(folder));
    }

    private sealed class Adder(string url) : BusService(url, new ServeOptions { Name = "adder" })
    {
        public int OnAdd(int x, int y) => x + y;
    }

    private sealed class Doubler : IRequestHandler
    {
        public Task<object?> OnRequest(string requestId, Request request, CancellationToken kill) => Task.FromResult<object?>($"{2 * request.Read<Question>().Value}");

        public void OnKill(string requestId)
        {
        }
    }

    private sealed record Question(int Value);
}

using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Services;
using Hutch.Services.Scopes;
using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

public abstract partial class RequestContract
{
    [Fact]
    public async Task A_stop_lets_the_request_in_hand_finish_and_fails_those_that_wait()
    {
        using var release = new SemaphoreSlim(0);
        var primary = await Primary("p", new Handler(async (_, _, _) =>
        {
            await release.WaitAsync(CancellationToken.None);
            return "done";
        }));
        var inHand = await Client.SendAsync(Tag("p"), 1);
        var waiting = await Client.SendAsync(Tag("p"), 2);
        await Log.LinesAsync(inHand, 1);
        await Eventually.TrueAsync(() => primary.Waiting == 1, "the second request waits in the service");
        primary.Stop();
        release.Release();
        Assert.True(primary.WaitTillStopped(Wait30));
        Assert.Equal($"{Name("p")} request_success done", (await Log.LinesAsync(inHand, 2))[1]);
        Assert.Equal([$"{Name("p")} request_fail The service was stopped."], await Log.LinesAsync(waiting, 1));
        Assert.Equal(ServiceState.Stopped, primary.State);
        await Assert.ThrowsAsync<UserErrorException>(() => Client.SendAsync(Tag("p"), 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_ends_a_request_that_takes_too_long_whether_it_heeds_its_token_or_not(bool heeds)
    {
        using var release = new SemaphoreSlim(0);
        var options = new RequestServiceOptions { Tag = Tag("p"), StopPatience = TimeSpan.FromMilliseconds(100) };
        var primary = await Start(bus => new PrimaryService(bus, Name("p"), new Handler(async (_, _, kill) =>
        {
            await release.WaitAsync(heeds ? kill : default);
            return "too late";
        }), options));
        var id = await Client.SendAsync(Tag("p"), 1);
        await Log.LinesAsync(id, 1);
        primary.Stop();
        Assert.True(primary.WaitTillStopped(Wait30));
        Assert.Equal($"{Name("p")} request_fail The service was stopped.", (await Log.LinesAsync(id, 2))[1]);
        release.Release();
    }

    [Fact]
    public async Task A_service_can_be_started_again()
    {
        var primary = await Primary("p", Handler.Echo);
        primary.Stop();
        Assert.True(primary.WaitTillStopped(Wait30));
        primary.Start();
        await Eventually.TrueAsync(() => primary.IsListening, "the service listens again");
        Assert.Equal(2, (await Log.LinesAsync(await Client.SendAsync(Tag("p"), 1), 2)).Length);
    }

    [Fact]
    public async Task Requests_that_a_crash_took_with_it_are_failed_by_the_next_service_of_that_name()
    {
        var folder = Directory.CreateTempSubdirectory("hutch journal ").FullName;
        await using (var store = Stores.Open($"sqlite://{folder}/store.db"))
        {
            var options = new RequestServiceOptions { Tag = Tag("p"), Journal = store };
            var never = new TaskCompletionSource<object?>();
            var crashing = Transport.Open(Url);
            var first = new PrimaryService(crashing, Name("p"), new Handler((_, _, _) => never.Task), options with { StopPatience = TimeSpan.FromMilliseconds(10) }) { Scope = new Session("the process that crashes") };
            first.Start();
            await Eventually.TrueAsync(() => first.IsListening, "the service listens");
            var running = await Client.SendAsync(Tag("p"), 1);
            var waiting = await Client.SendAsync(Tag("p"), 2);
            await Log.LinesAsync(running, 1);
            await Eventually.TrueAsync(async () => (await store.KeysAsync("request:*")).Count == 2, TimeSpan.FromSeconds(30), () => "both are in the journal");
            await crashing.DisposeAsync();      // as a dead process: nothing more can be said

            await Start(bus => new PrimaryService(bus, Name("p"), Handler.Echo, options));
            Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail The service {Name("p")} ended while it had this request; send it again."],
                await Log.LinesAsync(running, 2));
            Assert.Single(await Log.LinesAsync(waiting, 1));
            await Log.LinesAsync(await Client.SendAsync(Tag("p"), 3), 2);
            await Eventually.TrueAsync(async () => (await store.KeysAsync("request:*")).Count == 0, TimeSpan.FromSeconds(30), () => "the journal is empty");
            first.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }
}

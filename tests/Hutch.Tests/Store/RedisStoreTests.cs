using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Store;

/// <summary>The contract on a real redis-server, and what only Redis has: losing and finding the server.</summary>
public sealed class RedisStoreTests(RedisStoreTests.Shared shared) : StoreContract, IClassFixture<RedisStoreTests.Shared>
{
    protected override IStore Store => shared.Store;

    protected override IStore OpenAnother() => Stores.Open(shared.Server.Url);

    [Fact]
    public async Task The_store_may_be_opened_before_its_server_and_survives_its_restart()
    {
        var server = new RedisServer();
        await using var store = Stores.Open(server.Url);
        var first = store.AppendAsync("s", [new("i", "1")], new StreamId(1));
        await server.StartAsync();
        Assert.Equal(new StreamId(1), await first);

        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var entries = store.FollowAsync("s", StreamId.Zero, cancel.Token).GetAsyncEnumerator();
        Assert.True(await entries.MoveNextAsync());
        var next = entries.MoveNextAsync();
        await server.RestartAsync();
        await Eventually.TrueAsync(async () => await TryAppend(store, 2), TimeSpan.FromSeconds(30), () => "the store takes entries after the restart");
        Assert.True(await next);
        Assert.Equal(new StreamId(2), entries.Current.Id);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_away_is_named_without_its_password()
    {
        var server = new RedisServer();
        await server.StartAsync();
        RedisPassword.Set(server, "s3cret");
        await using var good = Stores.Open($"redis://:s3cret@127.0.0.1:{server.Port}");
        await good.SetTextAsync("k", "v");
        Assert.Equal("v", await good.GetTextAsync("k"));
        await server.StopAsync();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => good.GetTextAsync("k"));
        Assert.Contains($"redis://127.0.0.1:{server.Port}/0", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Databases_are_apart()
    {
        await using var other = Stores.Open($"redis://127.0.0.1:{shared.Server.Port}/3");
        await other.SetTextAsync(Key("k"), "three");
        Assert.Null(await Store.GetTextAsync(Key("k")));
    }

    [Fact]
    public async Task Redis_py_reads_what_we_wrote_and_we_read_what_it_wrote()
    {
        await Store.SetTextAsync("peer:config", """{"a": "é"}""");
        await Store.SetHashAsync("peer:status", [new("service_name", "x"), new("raw", new byte[] { 0, 255 })], TimeSpan.FromSeconds(15));
        await Store.AppendAsync("peer:pulse", [new("buffer_timestamp", "12"), new("shape", new byte[] { 1, 0, 0, 0 })], new StreamId(4711), new StreamLimit(1000));

        Peer.Run("redis_store_peer.py", $"{shared.Server.Port}");

        Assert.Equal("from python é", await Store.GetTextAsync("python:key"));
        Assert.Equal(2, (await Store.GetHashAsync("python:hash")).Count);
        Assert.Equal([0, 255], (await Store.GetHashAsync("python:hash"))["raw"]);
        var entries = await Store.RangeAsync("python:stream", StreamId.Zero, StreamId.Max);
        Assert.Equal(["5-0", "5-1"], entries.Take(2).Select(e => $"{e.Id}"));
        Assert.Equal(["x", "y"], entries[0].Fields.Select(f => f.Name));
        Assert.Equal("""{"n": 1}""", entries[1].Text("json"));
        Assert.Equal("after ours", (await Store.NewestAsync("peer:pulse"))[0].Text("note"));
    }

    private static async Task<bool> TryAppend(IStore store, long id)
    {
        try
        {
            await store.AppendAsync("s", [new("i", $"{id}")], new StreamId(id));
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    public sealed class Shared : IAsyncLifetime
    {
        public RedisServer Server { get; } = new();

        public IStore Store { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await Server.StartAsync();
            Store = Stores.Open(Server.Url);
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}

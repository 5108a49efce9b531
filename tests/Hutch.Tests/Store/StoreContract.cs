using System.Text;
using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Store;

/// <summary>What every store does, whatever it is made of. Keys are fresh in each test, so tests may share a store.</summary>
public abstract class StoreContract
{
    private readonly string _prefix = $"test:{Guid.NewGuid():N}:";

    protected abstract IStore Store { get; }

    /// <summary>A second way into the same store, as another process has it.</summary>
    protected abstract IStore OpenAnother();

    [Fact]
    public async Task Many_entries_are_appended_in_order_and_a_refused_one_keeps_no_other_out()
    {
        var ids = await Store.AppendManyAsync(
        [
            new(Key("a"), [new("n", "1")]),
            new(Key("b"), [new("n", "2")], new StreamId(7)),
            new(Key("b"), [new("n", "3")], new StreamId(7)),
            new(Key("a"), [new("n", "4")]),
            new(Key("b"), [new("n", "5")], new StreamId(8), new StreamLimit(1, Exact: true)),
        ]);

        Assert.Equal([true, true, false, true, true], ids.Select(i => i is not null));
        Assert.Equal(["1", "4"], (await Store.RangeAsync(Key("a"), StreamId.Zero, StreamId.Max)).Select(e => e.Text("n")));
        Assert.Equal([ids[0], ids[3]], (await Store.RangeAsync(Key("a"), StreamId.Zero, StreamId.Max)).Select(e => (StreamId?)e.Id));
        Assert.Equal(["5"], (await Store.RangeAsync(Key("b"), StreamId.Zero, StreamId.Max)).Select(e => e.Text("n")));
        Assert.Empty(await Store.AppendManyAsync([]));
    }

    [Fact]
    public async Task A_key_that_was_never_set_is_null() => Assert.Null(await Store.GetAsync(Key("none")));

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 1, 0xff, 0x0d, 0x0a })]
    public async Task A_key_holds_any_bytes(byte[] value)
    {
        await Store.SetAsync(Key("k"), value);
        Assert.Equal(value, await Store.GetAsync(Key("k")));
    }

    [Fact]
    public async Task A_set_replaces_value_kind_and_expiry()
    {
        await Store.SetHashAsync(Key("k"), [new("a", "1")]);
        await Store.SetTextAsync(Key("k"), "héllo", TimeSpan.FromMilliseconds(300));
        await Store.SetTextAsync(Key("k"), "second");
        await Store.SetTextAsync(Key("clock"), "", TimeSpan.FromMilliseconds(400));
        await Eventually.TrueAsync(async () => await Store.GetAsync(Key("clock")) is null, TimeSpan.FromSeconds(30), () => "the later expiry has passed");
        Assert.Equal("second", await Store.GetTextAsync(Key("k")));
    }

    [Fact]
    public async Task An_expired_key_is_gone_and_may_become_another_kind()
    {
        await Store.SetTextAsync(Key("k"), "v", TimeSpan.FromMilliseconds(100));
        await Eventually.TrueAsync(async () => await Store.GetAsync(Key("k")) is null, TimeSpan.FromSeconds(30), () => "the key expires");
        Assert.DoesNotContain(Key("k"), await Store.KeysAsync(Key("*")));
        await Store.SetHashAsync(Key("k"), [new("a", "1")]);
        Assert.Single(await Store.GetHashAsync(Key("k")));
    }

    [Fact]
    public async Task A_hash_merges_fields_and_expires_as_a_whole()
    {
        await Store.SetHashAsync(Key("h"), [new("a", "1"), new("b", "2")]);
        await Store.SetHashAsync(Key("h"), [new("b", "3"), new("c", new byte[] { 0, 255 })]);
        var hash = await Store.GetHashAsync(Key("h"));
        Assert.Equal(["a", "b", "c"], hash.Keys.Order());
        Assert.Equal("3", Encoding.UTF8.GetString(hash["b"]));
        Assert.Equal([0, 255], hash["c"]);

        Assert.True(await Store.ExpireAsync(Key("h"), TimeSpan.FromMilliseconds(50)));
        await Eventually.TrueAsync(async () => (await Store.GetHashAsync(Key("h"))).Count == 0, TimeSpan.FromSeconds(30), () => "the hash expires");
        Assert.False(await Store.ExpireAsync(Key("h"), TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_hash_without_an_expiry_of_its_own_keeps_the_one_it_has()
    {
        do
        {
            // On a slow machine the first may have expired before the second came, which then made a new hash.
            await Store.DeleteAsync(Key("h"));
            await Store.SetHashAsync(Key("h"), [new("a", "1")], TimeSpan.FromMilliseconds(500));
            await Store.SetHashAsync(Key("h"), [new("b", "2")]);
        }
        while ((await Store.GetHashAsync(Key("h"))).Count == 1);
        await Eventually.TrueAsync(async () => (await Store.GetHashAsync(Key("h"))).Count == 0, TimeSpan.FromSeconds(30), () => "the hash expires");
    }

    [Fact]
    public async Task Delete_says_whether_there_was_something()
    {
        await Store.AppendAsync(Key("s"), [new("f", "1")]);
        Assert.True(await Store.DeleteAsync(Key("s")));
        Assert.False(await Store.DeleteAsync(Key("s")));
        Assert.Empty(await Store.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max));
    }

    [Fact]
    public async Task Keys_lists_all_kinds_in_order()
    {
        await Store.SetTextAsync(Key("b"), "");
        await Store.SetHashAsync(Key("a"), [new("f", "")]);
        await Store.AppendAsync(Key("c"), [new("f", "")]);
        await Store.SetTextAsync(Key("cc"), "");
        Assert.Equal([Key("a"), Key("b"), Key("c")], await Store.KeysAsync(Key("?")));
        Assert.Equal([Key("b"), Key("c"), Key("cc")], await Store.KeysAsync(Key("[b-c]*")));
    }

    [Fact]
    public async Task An_automatic_id_is_the_time_of_arrival_and_always_above_the_last()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var ids = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Store.AppendAsync(Key("s"), [new("i", $"{i}")])));
        Assert.InRange(ids[0].Milliseconds, before - 1000, before + 60_000);
        Assert.Equal(ids.Order(), ids);
        Assert.Equal(200, ids.Distinct().Count());

        await Store.AppendAsync(Key("s"), [new("i", "far")], new StreamId(long.MaxValue / 2, 7));
        Assert.Equal(new StreamId(long.MaxValue / 2, 8), await Store.AppendAsync(Key("s"), [new("i", "later")]));
    }

    [Fact]
    public async Task An_explicit_id_that_does_not_increase_is_refused_and_appends_nothing()
    {
        await Store.AppendAsync(Key("s"), [new("f", "1")], new StreamId(17));
        foreach (var id in new[] { new StreamId(17), new StreamId(16, 5), StreamId.Zero })
        {
            var error = await Assert.ThrowsAsync<StreamIdRefusedException>(() => Store.AppendAsync(Key("s"), [new("f", "2")], id));
            Assert.Contains(Store.Address, error.Message, StringComparison.Ordinal);
            Assert.Contains($"{id}", error.Message, StringComparison.Ordinal);
        }
        await Store.AppendAsync(Key("s"), [new("f", "3")], new StreamId(17, 1));
        Assert.Equal(["17-0", "17-1"], (await Store.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max)).Select(e => $"{e.Id}"));
    }

    [Fact]
    public async Task An_entry_keeps_order_repeated_names_and_bytes_of_its_fields()
    {
        await Store.AppendAsync(Key("s"), [new("b", new byte[] { 0, 200 }), new("a", "é"), new("b", "")]);
        var entry = Assert.Single(await Store.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max));
        Assert.Equal(["b", "a", "b"], entry.Fields.Select(f => f.Name));
        Assert.Equal([0, 200], entry["b"]);
        Assert.Equal("é", entry.Text("a"));
        Assert.Empty(entry.Fields[2].Value);
        Assert.Null(entry["c"]);
    }

    [Fact]
    public async Task A_range_goes_both_ways_with_both_ends_included()
    {
        for (var i = 1; i <= 9; i++)
            await Store.AppendAsync(Key("s"), [new("i", $"{i}")], new StreamId(i / 3, 1 + (i % 3)));
        Assert.Equal("34567", await Values(new StreamId(1, 1), new StreamId(2, 2)));
        Assert.Equal("34", await Values(new StreamId(1, 1), new StreamId(2, 2), 2));
        Assert.Equal("76", await Values(new StreamId(1, 1), new StreamId(2, 2), 2, newestFirst: true));
        Assert.Equal("98", string.Concat((await Store.NewestAsync(Key("s"), 2)).Select(e => e.Text("i"))));
        Assert.Equal("", await Values(new StreamId(2, 4), new StreamId(2, 9)));
        Assert.Equal("", await Values(new StreamId(3), new StreamId(1)));
        Assert.Equal(9, await Store.LengthAsync(Key("s")));
        Assert.Equal(0, await Store.LengthAsync(Key("none")));
    }

    [Fact]
    public async Task A_limit_keeps_the_newest_entries()
    {
        for (var i = 1; i <= 300; i++)
        {
            await Store.AppendAsync(Key("exact"), [new("i", $"{i}")], limit: new StreamLimit(10, Exact: true));
            await Store.AppendAsync(Key("about"), [new("i", $"{i}")], limit: new StreamLimit(10));
        }
        Assert.Equal(Enumerable.Range(291, 10).Select(i => $"{i}"), (await Store.RangeAsync(Key("exact"), StreamId.Zero, StreamId.Max)).Select(e => e.Text("i")));
        Assert.InRange(await Store.LengthAsync(Key("about")), 10, 110);
        Assert.Equal(await Store.LengthAsync(Key("about")), (await Store.RangeAsync(Key("about"), StreamId.Zero, StreamId.Max)).Count);
        Assert.Equal("300", (await Store.NewestAsync(Key("about")))[0].Text("i"));
    }

    [Fact]
    public async Task An_emptied_or_trimmed_stream_never_takes_an_old_id_again()
    {
        await Store.AppendAsync(Key("s"), [new("i", "1")], new StreamId(5), new StreamLimit(1, Exact: true));
        await Store.AppendAsync(Key("s"), [new("i", "2")], new StreamId(9), new StreamLimit(1, Exact: true));
        await Assert.ThrowsAsync<StreamIdRefusedException>(() => Store.AppendAsync(Key("s"), [new("i", "3")], new StreamId(7)));
    }

    [Fact]
    public async Task A_key_of_another_kind_is_refused_by_name()
    {
        await Store.SetTextAsync(Key("plain"), "v");
        await Store.SetHashAsync(Key("hash"), [new("a", "1")]);
        foreach (var refused in new Func<Task>[]
        {
            () => Store.GetAsync(Key("hash")), () => Store.GetHashAsync(Key("plain")), () => Store.LengthAsync(Key("plain")),
            () => Store.SetHashAsync(Key("plain"), [new("a", "1")]), () => Store.AppendAsync(Key("hash"), [new("a", "1")]),
            () => Store.RangeAsync(Key("hash"), StreamId.Zero, StreamId.Max),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(refused);
            Assert.Contains(_prefix, error.Message, StringComparison.Ordinal);
            Assert.Contains(Store.Address, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal("v", await Store.GetTextAsync(Key("plain")));
    }

    [Fact]
    public async Task A_follower_gets_what_is_there_and_what_another_appends_later_once_and_in_order()
    {
        await using var another = OpenAnother();
        for (var i = 0; i < 5; i++)
            await Store.AppendAsync(Key("s"), [new("i", $"{i}")]);
        var first = (await Store.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max))[0].Id;
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<string?>();
        var writer = Task.Run(async () =>
        {
            for (var i = 5; i < 50; i++)
                await another.AppendAsync(Key("s"), [new("i", $"{i}")]);
        });
        await foreach (var entry in Store.FollowAsync(Key("s"), first, cancel.Token))
        {
            seen.Add(entry.Text("i"));
            if (seen.Count == 49)
                break;
        }
        await writer;
        Assert.Equal(Enumerable.Range(1, 49).Select(i => $"{i}"), seen);
    }

    [Fact]
    public async Task A_follower_from_now_on_skips_what_is_there_and_ends_when_cancelled()
    {
        await Store.AppendAsync(Key("s"), [new("i", "old")]);
        using var cancel = new CancellationTokenSource();
        await using var entries = Store.FollowAsync(Key("s"), after: null, cancel.Token).GetAsyncEnumerator();
        var next = entries.MoveNextAsync();
        // The follower has read the last id at the latest when it sees one of the entries that keep coming.
        while (!next.IsCompleted)
            await Store.AppendAsync(Key("s"), [new("i", "new")]);
        Assert.True(await next);
        Assert.Equal("new", entries.Current.Text("i"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => { while (await entries.MoveNextAsync()) { } });
    }

    [Fact]
    public async Task A_watcher_is_told_of_the_start_of_changes_by_others_of_removal_and_of_expiry()
    {
        await using var another = OpenAnother();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var changes = Store.WatchAsync(Key("k"), cancel.Token).GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync());
        foreach (var change in new Func<Task>[]
        {
            () => another.SetTextAsync(Key("k"), "1"), () => another.SetTextAsync(Key("k"), "2"), () => another.DeleteAsync(Key("k")),
            () => another.SetHashAsync(Key("k"), [new("a", "1")]), () => another.SetHashAsync(Key("k"), [new("a", "2")]),
            () => another.SetTextAsync(Key("k"), "short", TimeSpan.FromMilliseconds(1500)),
        })
        {
            var told = changes.MoveNextAsync();
            Assert.False(told.IsCompleted);
            await change();
            Assert.True(await told);
            Assert.Equal(Key("k"), changes.Current);
        }
        Assert.True(await changes.MoveNextAsync());
        Assert.Null(await Store.GetAsync(Key("k")));
    }

    [Fact]
    public async Task Streams_are_watched_too()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var changes = Store.WatchAsync(Key("s"), cancel.Token).GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync());
        var told = changes.MoveNextAsync();
        await Store.AppendAsync(Key("s"), [new("i", "1")]);
        Assert.True(await told);
    }

    [Fact]
    public async Task Many_writers_through_two_doors_lose_nothing()
    {
        await using var another = OpenAnother();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await (w % 2 == 0 ? Store : another).AppendAsync(Key("s"), [new("w", $"{w}"), new("i", $"{i}")]);
        })));
        var entries = await Store.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max);
        Assert.Equal(800, entries.Count);
        foreach (var writer in entries.GroupBy(e => e.Text("w")))
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), writer.Select(e => e.Text("i")));
    }

    [Fact]
    public async Task Impossible_arguments_are_refused_before_anything_happens()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.SetTextAsync(Key("k"), "v", TimeSpan.Zero));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.SetHashAsync(Key("k"), []));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(Key("k"), []));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.AppendAsync(Key("k"), [new("a", "1")], limit: new StreamLimit(0)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.RangeAsync(Key("k"), StreamId.Zero, StreamId.Max, 0));
        Assert.Empty(await Store.KeysAsync(Key("*")));
    }

    protected string Key(string name) => _prefix + name;

    private async Task<string> Values(StreamId from, StreamId to, int count = int.MaxValue, bool newestFirst = false) =>
        string.Concat((await Store.RangeAsync(Key("s"), from, to, count, newestFirst)).Select(e => e.Text("i")));
}

using System.Diagnostics;
using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Store;

/// <summary>The contract on a SQLite file, and what only a file has: other processes, wrong paths, a name with blanks.</summary>
public sealed class SqliteStoreTests : StoreContract, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch store ").FullName;
    private readonly IStore _store;

    public SqliteStoreTests() => _store = OpenAnother();

    protected override IStore Store => _store;

    private string Url => $"sqlite://{_folder}/new folder/store.db";

    protected override IStore OpenAnother() => Stores.Open(Url);

    [Fact]
    public async Task What_was_written_is_there_after_the_store_was_closed()
    {
        await using (var first = OpenAnother())
            await first.AppendAsync(Key("s"), [new("i", "1")]);
        await using var second = OpenAnother();
        Assert.Single(await second.RangeAsync(Key("s"), StreamId.Zero, StreamId.Max));
    }

    [Fact]
    public async Task Several_stores_may_make_the_file_at_once()
    {
        var url = $"sqlite://{_folder}/race.db";
        var stores = Enumerable.Range(0, 8).Select(_ => Stores.Open(url)).ToArray();
        await Task.WhenAll(stores.Select((store, i) => Task.Run(() => store.SetTextAsync($"k{i}", "v"))));
        Assert.Equal(8, (await stores[0].KeysAsync("k*")).Count);
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task Another_process_reads_and_changes_the_same_file_and_is_seen()
    {
        await Store.SetTextAsync(Key("k"), "ours");
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var changes = Store.WatchAsync(Key("k"), cancel.Token).GetAsyncEnumerator();
        Assert.True(await changes.MoveNextAsync());
        var told = changes.MoveNextAsync();
        Peer.Run("sqlite_store_peer.py", $"{_folder}/new folder/store.db", Key("k"));
        Assert.True(await told);
        Assert.Equal("ours, then theirs", await Store.GetTextAsync(Key("k")));
    }

    [Fact]
    public async Task A_file_that_is_something_else_is_named()
    {
        var path = Path.Combine(_folder, "not a database");
        await File.WriteAllTextAsync(path, new string('x', 5000));
        await using var store = Stores.Open($"sqlite://{path}");
        foreach (var use in new Func<Task>[] { () => store.GetAsync("k"), () => store.SetTextAsync("k", "v") })
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(use);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("choose another path", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_fails_and_the_store_works_once_it_can()
    {
        var blocked = Path.Combine(_folder, "blocked");
        await File.WriteAllTextAsync(blocked, "a file where a folder should be");
        await using var store = Stores.Open($"sqlite://{blocked}/store.db");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SetTextAsync("k", "v"));
        File.Delete(blocked);
        await store.SetTextAsync("k", "v");
        Assert.Equal("v", await store.GetTextAsync("k"));
    }

    [Fact]
    public async Task A_lock_held_by_another_process_is_waited_for()
    {
        await Store.SetTextAsync(Key("k"), "1");
        using var holder = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], isolation_level=None)
            db.execute("BEGIN IMMEDIATE")
            print("locked", flush=True)
            sys.stdin.read()
            db.execute("COMMIT")
            """, $"{_folder}/new folder/store.db"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("locked", await holder.StandardOutput.ReadLineAsync());
        var write = Store.SetTextAsync(Key("k"), "2");
        Assert.Equal("1", await Store.GetTextAsync(Key("k")));
        Assert.False(write.IsCompleted);
        holder.StandardInput.Close();
        await write;
        Assert.Equal("2", await Store.GetTextAsync(Key("k")));
        await holder.WaitForExitAsync();
    }

    public void Dispose()
    {
        _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }
}

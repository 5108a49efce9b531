using Hutch.Store;

namespace Hutch.Testing;

/// <summary>A store for one test, in memory: SQLite in a folder of /dev/shm (where there is none, in the temporary folder), which goes with it.</summary>
public sealed class MemoryStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;

    /// <summary>Makes an empty store.</summary>
    public MemoryStore()
    {
        const string memory = "/dev/shm";
        _folder = Directory.Exists(memory)
            ? Directory.CreateDirectory(Path.Combine(memory, $"hutch-test-{Guid.NewGuid():N}"))
            : Directory.CreateTempSubdirectory("hutch-test-");
        Url = $"sqlite://{Uri.EscapeDataString(Path.Combine(_folder.FullName, "store.db")).Replace("%2F", "/", StringComparison.Ordinal)}";
        Store = Stores.Open(Url);
    }

    /// <summary>What a service or program takes as its <c>--store</c>.</summary>
    public string Url { get; }

    /// <summary>The store.</summary>
    public IStore Store { get; }

    /// <summary>Closes the store and removes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

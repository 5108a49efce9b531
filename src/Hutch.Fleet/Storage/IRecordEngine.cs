namespace Hutch.Fleet.Storage;

/// <summary>Where records are kept, as texts under keys.</summary>
internal interface IRecordEngine : IAsyncDisposable
{
    /// <summary>The text under a key, or null.</summary>
    Task<string?> GetAsync(string key, CancellationToken cancel);

    /// <summary>Sets the text under a key.</summary>
    Task SetAsync(string key, string text, CancellationToken cancel);

    /// <summary>Removes a key.</summary>
    /// <returns>False if there was none.</returns>
    Task<bool> DeleteAsync(string key, CancellationToken cancel);

    /// <summary>Keys and texts of all keys that begin with a prefix, in ordinal order.</summary>
    Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(string prefix, CancellationToken cancel);
}

using Hutch.Acquisitions;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Store;

namespace Hutch.Detectors.Daq;

/// <summary>
/// The configurations of a detector in the store: the newest is the current one, the others are its history. A change is taken as a
/// whole or not at all. Safe for use by several threads.
/// </summary>
public sealed class DaqConfigurations(IStore store) : IDisposable
{
    private const int LongestHistory = 1000;

    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>Called under the lock to check whether a change may be made now; throws if not.</summary>
    public Action? Guard { get; set; }

    /// <summary>Raised when a configuration was set through this object.</summary>
    public event Action<StoredConfiguration>? Changed;

    /// <summary>The present configuration, or null when there is none.</summary>
    public async Task<StoredConfiguration?> PresentAsync(CancellationToken cancel = default) =>
        await store.NewestAsync(DaqKeys.Configuration, 1, cancel).ConfigureAwait(false) is [var entry] ? Read(entry) : null;

    /// <summary>A configuration of the history, or null.</summary>
    public async Task<StoredConfiguration?> FindAsync(StreamId id, CancellationToken cancel = default) =>
        await store.RangeAsync(DaqKeys.Configuration, id, id, 1, cancel: cancel).ConfigureAwait(false) is [var entry] ? Read(entry) : null;

    /// <summary>Who set which configuration, the newest first.</summary>
    public async Task<IReadOnlyList<ConfigurationChange>> HistoryAsync(int count, CancellationToken cancel = default)
    {
        var entries = await store.NewestAsync(DaqKeys.ConfigurationChanges, Math.Clamp(count, 0, LongestHistory), cancel).ConfigureAwait(false);
        return [.. entries.Select(e => JsonSerializer.Deserialize<ConfigurationChange>(e.Text(StoreText.JsonField) ?? "null")).OfType<ConfigurationChange>()];
    }

    /// <summary>Stores a first configuration if there is none.</summary>
    public async Task<StoredConfiguration> EnsureAsync(JsonObject initial, CancellationToken cancel = default)
    {
        await _gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await PresentAsync(cancel).ConfigureAwait(false) ?? await AppendAsync(initial, "start", "initial", null).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Changes members of the present configuration.</summary>
    /// <param name="changes">What changes, see <see cref="ConfigurationMerge"/>.</param>
    /// <param name="who">Who changes it.</param>
    /// <param name="expected">The id that the caller expects to be current; null for any.</param>
    /// <exception cref="UserErrorException">The result would be wrong, or no change may be made now; nothing was changed.</exception>
    /// <exception cref="ConfigurationConflictException">Another change came first.</exception>
    public Task<StoredConfiguration> ChangeAsync(JsonObject changes, string who, StreamId? expected = null) =>
        PutAsync(present => ConfigurationMerge.Apply(present?.Json ?? [], changes), who, "set", null, expected);

    /// <summary>What the configuration would become, and all that would be wrong with it; nothing is changed.</summary>
    public async Task<(JsonObject Json, IReadOnlyList<string> Errors)> CheckAsync(JsonObject changes, CancellationToken cancel = default)
    {
        var wanted = ConfigurationMerge.Apply((await PresentAsync(cancel).ConfigureAwait(false))?.Json ?? [], changes);
        return (wanted, DaqConfigurationFile.Check(JsonSerializer.SerializeToElement(wanted)));
    }

    /// <summary>Restores an older configuration.</summary>
    /// <param name="to">Its id; null for the last one that differs from the present.</param>
    /// <param name="who">Who does it.</param>
    /// <param name="expected">As for <see cref="ChangeAsync"/>.</param>
    /// <exception cref="UserErrorException">There is none, or it may not be done now; nothing was changed.</exception>
    public async Task<StoredConfiguration> RollBackAsync(StreamId? to, string who, StreamId? expected = null)
    {
        var target = to is { } id
            ? await FindAsync(id).ConfigureAwait(false) ?? throw new UserErrorException($"there is no configuration {id}; hutch daq config history lists them")
            : await PreviousAsync().ConfigureAwait(false) ?? throw new UserErrorException("there is no configuration before the current one");
        return await PutAsync(_ => (JsonObject)target.Json.DeepClone(), who, "rollback", target.Id.ToString(), expected).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<StoredConfiguration> PutAsync(Func<StoredConfiguration?, JsonObject> make, string who, string what, string? rollbackOf, StreamId? expected)
    {
        StoredConfiguration stored;
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            var present = await PresentAsync().ConfigureAwait(false);
            if (expected is { } id && present?.Id != id)
                throw new ConfigurationConflictException($"the configuration is now {present?.Id.ToString() ?? "none"}, not {id}; check it and try again");
            var wanted = make(present);
            _ = DaqConfigurationFile.Parse(wanted.ToJsonString(), "after the change");
            Guard?.Invoke();
            stored = await AppendAsync(wanted, who, what, rollbackOf).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
        Changed?.Invoke(stored);
        return stored;
    }

    private async Task<StoredConfiguration> AppendAsync(JsonObject json, string who, string what, string? rollbackOf)
    {
        var id = await store.AppendJsonAsync(DaqKeys.Configuration, json).ConfigureAwait(false);
        var change = new ConfigurationChange(id.ToString(), who, what, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0, rollbackOf);
        await store.AppendJsonAsync(DaqKeys.ConfigurationChanges, JsonSerializer.SerializeToNode(change)).ConfigureAwait(false);
        return new StoredConfiguration(id, json);
    }

    private async Task<StoredConfiguration?> PreviousAsync()
    {
        var entries = await store.NewestAsync(DaqKeys.Configuration, LongestHistory).ConfigureAwait(false);
        var all = entries.Select(Read).OfType<StoredConfiguration>().ToList();
        return all.Count == 0 ? null : all.Find(c => !JsonNode.DeepEquals(c.Json, all[0].Json));
    }

    // What others have put there need not be a configuration at all.
    private static StoredConfiguration? Read(StreamEntry entry)
    {
        try
        {
            return JsonNode.Parse(entry.Text(StoreText.JsonField) ?? "null") is JsonObject json ? new StoredConfiguration(entry.Id, json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

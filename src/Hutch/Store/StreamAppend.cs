namespace Hutch.Store;

/// <summary>An entry to append to a stream, see <see cref="IStore.AppendManyAsync"/>.</summary>
/// <param name="Stream">The stream's key.</param>
/// <param name="Fields">At least one field.</param>
/// <param name="Id">The entry's id, or null for an automatic one.</param>
/// <param name="Limit">How many of the newest entries to keep; null: all.</param>
public readonly record struct StreamAppend(string Stream, IReadOnlyCollection<StoreField> Fields, StreamId? Id = null, StreamLimit? Limit = null);

namespace Hutch.Store;

/// <summary>How many of a stream's newest entries are kept.</summary>
/// <param name="Entries">At least 1.</param>
/// <param name="Exact">
/// True keeps exactly that many; false lets the stream be longer by about a hundred entries, which is cheaper.
/// </param>
public readonly record struct StreamLimit(long Entries, bool Exact = false);

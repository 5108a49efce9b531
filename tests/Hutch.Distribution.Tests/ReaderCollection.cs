namespace Hutch.Distribution.Tests;

/// <summary>The tests that share a reader; the others need none, and run beside them.</summary>
[CollectionDefinition(nameof(ReaderCollection))]
public class ReaderCollection : ICollectionFixture<Reader>;

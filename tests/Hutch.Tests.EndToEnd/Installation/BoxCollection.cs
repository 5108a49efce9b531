namespace Hutch.Tests.EndToEnd.Installation;

/// <summary>The tests that share the box, one after the other: some of them boot it again.</summary>
[CollectionDefinition(nameof(BoxCollection))]
public class BoxCollection : ICollectionFixture<Box>;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>Tests that send whole images of large detectors at once, one after the other: two of them at a time need more processors than there are.</summary>
[CollectionDefinition(nameof(LargeImagesCollection))]
public class LargeImagesCollection;

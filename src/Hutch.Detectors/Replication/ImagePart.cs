namespace Hutch.Detectors.Replication;

/// <summary>The bytes of an image that one pair of sender and receiver carries.</summary>
/// <param name="Number">The pair, from 0.</param>
/// <param name="Offset">The first byte.</param>
/// <param name="Bytes">How many.</param>
public readonly record struct ImagePart(int Number, long Offset, long Bytes);

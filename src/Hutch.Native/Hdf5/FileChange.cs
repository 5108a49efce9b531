namespace Hutch.Native.Hdf5;

/// <summary>A change within a file.</summary>
/// <param name="Offset">Where, in bytes from its beginning.</param>
/// <param name="Before">The bytes that are there.</param>
/// <param name="After">The bytes that are to be there, as many.</param>
internal sealed record FileChange(long Offset, byte[] Before, byte[] After);

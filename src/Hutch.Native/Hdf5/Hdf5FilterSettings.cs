namespace Hutch.Native.Hdf5;

/// <summary>A filter of a dataset as it stands in the file.</summary>
/// <param name="Id">The filter's registered number.</param>
/// <param name="Values">Its client data: what they mean is the filter's affair.</param>
public sealed record Hdf5FilterSettings(int Id, uint[] Values);

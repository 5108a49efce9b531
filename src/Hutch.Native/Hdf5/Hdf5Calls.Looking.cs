using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

// The calls that find out what is in a file of somebody else's making.
internal static unsafe partial class Hdf5Calls
{
    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint H5Lget_name_by_idx(long location, string group, int index, int order, ulong n, byte* name, nuint size, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Dget_type(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial nuint H5Tget_size(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_class(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_sign(long id);
}

using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>The calls of libhdf5 that are used (1.10; <c>hid_t</c> and <c>hsize_t</c> are 64 bits).</summary>
internal static unsafe partial class Hdf5Calls
{
    internal const uint H5F_ACC_RDONLY = 0;
    internal const uint H5F_ACC_RDWR = 1;
    internal const uint H5F_ACC_TRUNC = 2;
    internal const uint H5F_ACC_SWMR_READ = 0x40;
    internal const int H5F_SCOPE_LOCAL = 0;
    internal const uint H5F_OBJ_ALL = 0x1F;
    internal const int H5F_LIBVER_LATEST = 2;   // 1.10
    internal const int H5S_SELECT_SET = 0;
    internal const int H5T_INTEGER = 0;
    internal const int H5T_FLOAT = 1;
    internal const int H5T_STRING = 3;
    internal const int H5T_COMPOUND = 6;
    internal const int H5E_WALK_DOWNWARD = 1;
    internal const int H5D_CHUNKED = 2;
    internal const int H5Z_CLASS_T_VERS = 1;
    internal const uint H5Z_FLAG_OPTIONAL = 1;
    internal const uint H5Z_FLAG_REVERSE = 0x100;
    internal const int H5D_ALLOC_TIME_INCR = 3;
    internal const int H5D_FILL_TIME_NEVER = 1;
    internal const ulong H5S_UNLIMITED = ulong.MaxValue;

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5open();

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Eset_auto2(long stack, nint function, nint data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Ewalk2(long stack, int direction, delegate* unmanaged[Cdecl]<uint, Hdf5Error*, nint, int> function, nint data);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Fcreate(string name, uint flags, long creation, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Fopen(string name, uint flags, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Fstart_swmr_write(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Fget_vfd_handle(long id, long access, int** descriptor);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Pset(long id, string name, void* value);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_libver_bounds(long id, int low, int high);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_alignment(long access, ulong threshold, ulong alignment);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Fflush(long id, int scope);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial nint H5Fget_obj_count(long id, uint types);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Fclose(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5get_libversion(uint* major, uint* minor, uint* release);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5FDregister(void* driverClass);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_driver(long access, long driver, void* settings);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Oclose(long id);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Gcreate2(long location, string name, long link, long creation, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Gopen2(long location, string name, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Lexists(long location, string name, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Pcreate(long type);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pclose(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_chunk(long id, int rank, ulong* dimensions);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_fill_time(long id, int time);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_alloc_time(long id, int time);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pset_filter(long id, int filter, uint flags, nuint count, uint* values);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Zregister(Hdf5FilterClass* filter);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial void* H5allocate_memory(nuint size, byte clear);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5free_memory(void* memory);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Screate_simple(int rank, ulong* dimensions, ulong* maximum);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Sclose(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Sget_simple_extent_ndims(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Sget_simple_extent_dims(long id, ulong* dimensions, ulong* maximum);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Sselect_hyperslab(long id, int operation, ulong* start, ulong* stride, ulong* count, ulong* block);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Dcreate2(long location, string name, long type, long space, long link, long creation, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Dopen2(long location, string name, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Dget_space(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Dset_extent(long id, ulong* dimensions);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Dread(long id, long memoryType, long memorySpace, long fileSpace, long transfer, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Dwrite(long id, long memoryType, long memorySpace, long fileSpace, long transfer, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Dwrite_chunk(long id, long transfer, uint filters, ulong* offset, nuint size, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Tcreate(int typeClass, nuint size);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Tcopy(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tset_size(long id, nuint size);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Tinsert(long id, string name, nuint offset, long member);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tclose(long id);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Acreate2(long location, string name, long type, long space, long creation, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Awrite(long id, long type, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Aclose(long id);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Aexists_by_name(long location, string path, string name, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Aopen_by_name(long location, string path, string name, long attribute, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Aget_type(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Aread(long id, long type, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Dget_type(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_class(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial nuint H5Tget_size(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_sign(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tis_variable_str(long id);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int H5Lcreate_hard(long from, string name, long to, string newName, long creation, long access);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Oopen(long location, string name, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Iget_type(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Screate(int type);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Sget_simple_extent_type(long id);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial long H5Aopen_by_idx(long location, string path, int index, int order, ulong n, long attribute, long access);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial nint H5Aget_name(long id, nuint size, byte* name);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Aget_space(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Dget_create_plist(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Dvlen_reclaim(long type, long space, long transfer, void* data);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pget_layout(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pget_chunk(long id, int rank, ulong* dimensions);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pget_nfilters(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Pget_filter2(long id, uint n, uint* flags, nuint* values, uint* value, nuint nameSize, byte* name, uint* configuration);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Tget_native_type(long id, int direction);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_order(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_cset(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tset_cset(long id, int set);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_strpad(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_nmembers(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial byte* H5Tget_member_name(long id, uint n);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Tget_member_type(long id, uint n);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial nuint H5Tget_member_offset(long id, uint n);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial long H5Tget_super(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_array_ndims(long id);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_array_dims2(long id, ulong* dimensions);

    [LibraryImport(NativeLibraries.Hdf5)]
    internal static partial int H5Tget_member_value(long id, uint n, void* value);

    [LibraryImport(NativeLibraries.Hdf5, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint H5Lget_name_by_idx(long location, string group, int index, int order, ulong n, byte* name, nuint size, long access);
}

/// <summary><c>H5E_error2_t</c>: one entry of the error stack.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Hdf5Error
{
    internal long Class;
    internal long Major;
    internal long Minor;
    internal uint Line;
    internal byte* Function;
    internal byte* File;
    internal byte* Description;
}

/// <summary><c>H5Z_class2_t</c>: a filter as it is registered. The library keeps a copy, but not of the name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Hdf5FilterClass
{
    internal int Version;
    internal int Id;
    internal uint HasEncoder;
    internal uint HasDecoder;
    internal nint Name;
    internal nint CanApply;
    internal nint SetLocal;
    internal delegate* unmanaged[Cdecl]<uint, nuint, uint*, nuint, nuint*, void**, nuint> Filter;
}

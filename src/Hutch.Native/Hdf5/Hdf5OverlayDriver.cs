using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>
/// A file driver of libhdf5 that reads and writes an <see cref="Hdf5Overlay"/>. The structures are those of H5FDpublic.h of 1.10 and 1.12, and of
/// H5FDdevelop.h from 1.14 on. All calls come from within a call of ours, so under <see cref="Hdf5Library.Gate"/>.
/// </summary>
internal static unsafe class Hdf5OverlayDriver
{
    private const int FileStructureBytes = 256;   // H5FD_t has 88
    private const int OverlayField = FileStructureBytes - sizeof(long);
    private const ulong CloseWhenUnused = 1;      // H5F_CLOSE_WEAK
    private const ulong ClassVersion = 1;
    private const ulong OurNumber = 31_999;       // H5FD_class_value_t: 256 to 65535 are free for drivers of applications

    // Metadata of all kinds in one list of free space, raw data in another (H5FD_FLMAP_DICHOTOMY).
    private static readonly int[] FreeLists = [1, 1, 1, 3, 3, 1, 1];

    // H5FD_FEAT_: AGGREGATE_METADATA, ACCUMULATE_METADATA, DATA_SIEVE, AGGREGATE_SMALLDATA, DEFAULT_VFD_COMPATIBLE.
    private const ulong Features = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x8000;

    private static long s_driver;
    private static Hdf5Overlay? s_opening;

    /// <summary>Opens a file for reading and writing; it is closed with the returned object, and the overlay then has what the file is to be.</summary>
    /// <exception cref="Hdf5Exception">It is no HDF5 file.</exception>
    public static long Open(string path, Hdf5Overlay overlay, long access)
    {
        if (s_driver == 0)
            s_driver = Register();
        Hdf5Library.Check(Hdf5Calls.H5Pset_driver(access, s_driver, null), "H5Pset_driver");
        s_opening = overlay;
        try
        {
            return Hdf5Library.Check(Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDWR, access), $"opening {path}");
        }
        finally
        {
            s_opening = null;
        }
    }

    private static long Register()
    {
        uint major, minor, release;
        Hdf5Library.Check(Hdf5Calls.H5get_libversion(&major, &minor, &release), "H5get_libversion");
        var versioned = (major, minor) is ( > 1, _) or (1, > 12);
        // Every field has 8 bytes: two short ones share them at the beginning of newer classes, others are padded.
        List<ulong> fields =
        [
            .. versioned ? [ClassVersion | OurNumber << 32] : Array.Empty<ulong>(),
            (ulong)Marshal.StringToCoTaskMemUTF8("hutch-overlay"), long.MaxValue, CloseWhenUnused,
            0, 0, 0, 0,          // terminate, sb_size, sb_encode, sb_decode
            0, 0, 0, 0,          // fapl_size, _get, _copy, _free
            0, 0, 0,             // dxpl_size, _copy, _free
            (ulong)(delegate* unmanaged[Cdecl]<byte*, uint, long, ulong, nint>)&OnOpen,
            (ulong)(delegate* unmanaged[Cdecl]<nint, int>)&OnClose,
            0,                   // cmp
            (ulong)(delegate* unmanaged[Cdecl]<nint, ulong*, int>)&OnQuery,
            0, 0, 0,             // get_type_map, alloc, free
            (ulong)(delegate* unmanaged[Cdecl]<nint, int, ulong>)&OnGetAllocated,
            (ulong)(delegate* unmanaged[Cdecl]<nint, int, ulong, int>)&OnSetAllocated,
            (ulong)(delegate* unmanaged[Cdecl]<nint, int, ulong>)&OnGetLength,
            0,                   // get_handle
            (ulong)(delegate* unmanaged[Cdecl]<nint, int, long, ulong, nuint, byte*, int>)&OnRead,
            (ulong)(delegate* unmanaged[Cdecl]<nint, int, long, ulong, nuint, byte*, int>)&OnWrite,
            .. versioned ? [0, 0, 0, 0] : Array.Empty<ulong>(),   // read_vector, write_vector, read_selection, write_selection
            0, 0, 0, 0,          // flush, truncate, lock, unlock
            .. versioned ? [0, 0] : Array.Empty<ulong>(),         // del, ctl
            0, 0, 0, 0,          // the free lists, filled in below
        ];
        var definition = fields.ToArray();
        fixed (ulong* fieldsOfClass = definition)
        {
            FreeLists.CopyTo(new Span<int>(fieldsOfClass + definition.Length - 4, FreeLists.Length));
            return Hdf5Library.Check(Hdf5Calls.H5FDregister(fieldsOfClass), $"registering a file driver with libhdf5 {major}.{minor}.{release}");
        }
    }

    private static Hdf5Overlay Of(nint file) => (Hdf5Overlay)GCHandle.FromIntPtr(*(nint*)(file + OverlayField)).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnOpen(byte* name, uint flags, long access, ulong largest)
    {
        var file = (nint)NativeMemory.AllocZeroed(FileStructureBytes);
        *(nint*)(file + OverlayField) = GCHandle.ToIntPtr(GCHandle.Alloc(s_opening));
        return file;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(nint file)
    {
        GCHandle.FromIntPtr(*(nint*)(file + OverlayField)).Free();
        NativeMemory.Free((void*)file);
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnQuery(nint file, ulong* features)
    {
        *features = Features;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong OnGetAllocated(nint file, int kind) => (ulong)Of(file).Allocated;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSetAllocated(nint file, int kind, ulong length)
    {
        Of(file).Allocated = (long)length;
        return 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong OnGetLength(nint file, int kind) => (ulong)Of(file).Length;

    // An exception must not pass through the library: it becomes an error of the library's, as that of any driver.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(nint file, int kind, long transfer, ulong offset, nuint size, byte* bytes)
    {
        try
        {
            Of(file).Read((long)offset, new Span<byte>(bytes, checked((int)size)));
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverflowException)
        {
            return -1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(nint file, int kind, long transfer, ulong offset, nuint size, byte* bytes)
    {
        try
        {
            Of(file).Write((long)offset, new ReadOnlySpan<byte>(bytes, checked((int)size)));
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or OverflowException or OutOfMemoryException)
        {
            return -1;
        }
    }
}

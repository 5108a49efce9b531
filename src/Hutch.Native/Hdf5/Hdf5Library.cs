using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>
/// The rules of calling libhdf5: one thread at a time (<see cref="Gate"/>: the library may be built without its own lock),
/// errors as exceptions instead of text on stderr.
/// </summary>
internal static unsafe class Hdf5Library
{
    private static readonly Lazy<nint> Handle = new(Open);

    // The library's error printing is switched off per thread in builds with threads.
    [ThreadStatic]
    private static bool _quiet;

    /// <summary>Held around every call.</summary>
    internal static Lock Gate { get; } = new();

    /// <summary>The identifier behind a global of the library such as <c>H5T_NATIVE_UINT16_g</c>.</summary>
    internal static long Global(string name) => *(long*)NativeLibrary.GetExport(Handle.Value, name);

    /// <summary>To be called before the first call on a thread.</summary>
    internal static void Enter()
    {
        if (_quiet)
            return;
        _ = Handle.Value;
        _ = Hdf5Calls.H5Eset_auto2(0, 0, 0);
        _quiet = true;
    }

    /// <summary>Passes a result on, or throws the library's own words when it is negative.</summary>
    /// <exception cref="Hdf5Exception">The call failed.</exception>
    internal static long Check(long result, string what) => result >= 0 ? result : throw new Hdf5Exception(what, Reason());

    /// <summary>The error of a call that failed, for calls that are made so often that their text must not be made before it is needed.</summary>
    internal static Hdf5Exception Failure(string what) => new(what, Reason());

    // The innermost entry of the stack says what really happened (it holds errno and its text for a failed write).
    private static string Reason()
    {
        var found = new List<string>();
        var handle = GCHandle.Alloc(found);
        _ = Hdf5Calls.H5Ewalk2(0, Hdf5Calls.H5E_WALK_DOWNWARD, &Collect, GCHandle.ToIntPtr(handle));
        handle.Free();
        return found.Count > 0 ? found[^1] : "no reason given";
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Collect(uint index, Hdf5Error* error, nint data)
    {
        ((List<string>)GCHandle.FromIntPtr(data).Target!).Add(Marshal.PtrToStringUTF8((nint)error->Description) ?? "");
        return 0;
    }

    private static nint Open()
    {
        var handle = NativeLibraries.Load(NativeLibraries.Hdf5);
        return Hdf5Calls.H5open() >= 0 ? handle : throw new Hdf5Exception("H5open", "the library did not start");
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Native;

/// <summary>Binds native libraries by soname and, when one is missing, says which Debian package brings it.</summary>
public static class NativeLibraries
{
    /// <summary>libzmq, ZeroMQ sockets.</summary>
    internal const string Zmq = "libzmq.so.5";

    /// <summary>libhdf5 as Debian names the serial build.</summary>
    internal const string Hdf5 = "libhdf5_serial.so.103";

    /// <summary>libturbojpeg, JPEG images.</summary>
    internal const string TurboJpeg = "libturbojpeg.so.0";

    /// <summary>liblz4, LZ4 blocks.</summary>
    internal const string Lz4 = "liblz4.so.1";

    /// <summary>libca, EPICS channel access.</summary>
    internal const string Ca = "libca.so.4";

    /// <summary>The C library.</summary>
    internal const string C = "libc";

    private static readonly Dictionary<string, (string Package, string[] OtherNames)> Known = new()
    {
        [Zmq] = ("libzmq5", ["libzmq.so"]),
        [TurboJpeg] = ("libturbojpeg0", ["libturbojpeg.so"]),
        [Ca] = ("libca4.13.5", ["libca.so.4.13.5", "libca.so.4.14.0", "libca.so.4.14.2", "libca.so"]),   // Debian names each release its own soname
        [Lz4] = ("liblz4-1", ["liblz4.so"]),
        [Hdf5] = ("libhdf5-103-1", ["libhdf5.so.103", "libhdf5_serial.so", "libhdf5.so"]),
    };

    /// <summary>The libraries that are bound here, with the Debian package of each.</summary>
    public static IReadOnlyDictionary<string, string> Packages { get; } = Known.ToDictionary(k => k.Key, k => k.Value.Package);

    // A resolver must be there before the first call into any of the libraries, whichever type makes it.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>Loads a library that is bound here.</summary>
    /// <exception cref="MissingLibraryException">It is not installed.</exception>
    internal static nint Load(string name)
    {
        var (package, otherNames) = Known[name];
        foreach (var candidate in otherNames.Prepend(name))
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }
        throw new MissingLibraryException(name, package);
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        Known.ContainsKey(name) ? Load(name) : 0;
}

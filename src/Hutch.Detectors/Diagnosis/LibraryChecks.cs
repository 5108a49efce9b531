using System.Runtime.InteropServices;

namespace Hutch.Detectors.Diagnosis;

/// <summary>The native libraries, by loading them.</summary>
internal static class LibraryChecks
{
    private static readonly (string Name, string[] Sonames, string Package, string Why, HostVerdict Otherwise)[] Known =
    [
        ("libzmq", ["libzmq.so.5"], "libzmq5", "no program of the data flow starts", HostVerdict.Change),
        ("libhdf5", ["libhdf5_serial.so.103", "libhdf5.so.103"], "libhdf5-103-1", "no files are written", HostVerdict.Change),
        ("liblz4", ["liblz4.so.1"], "liblz4-1", "nothing is compressed", HostVerdict.Change),
        ("libca", ["libca.so.4.13.5", "libca.so.4", "libca.so"], "libca4.13.5", "EPICS channels cannot be read", HostVerdict.Advice),
        ("libturbojpeg", ["libturbojpeg.so.0"], "libturbojpeg0", "the console shows no live images", HostVerdict.Advice),
    ];

    internal static IEnumerable<HostCheck> All() => Known.Select(k =>
    {
        var found = Array.Find(k.Sonames, CanLoad);
        return HostCheck.Of(k.Name, found is not null, found ?? "missing", k.Sonames[0], $"apt-get install {k.Package}", k.Why, k.Otherwise);
    });

    private static bool CanLoad(string soname)
    {
        if (!NativeLibrary.TryLoad(soname, out var handle))
            return false;
        NativeLibrary.Free(handle);
        return true;
    }
}

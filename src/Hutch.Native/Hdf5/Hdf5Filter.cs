using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>
/// Registers chunk filters of our own with the library, which calls them when it reads or writes a chunk of a dataset with the filter's
/// number. They have precedence over plug-ins of the same number.
/// </summary>
public static unsafe class Hdf5Filter
{
    /// <summary>In the first argument of a filter: undo it (H5Z_FLAG_REVERSE).</summary>
    public const uint Reverse = Hdf5Calls.H5Z_FLAG_REVERSE;

    private static readonly HashSet<int> Registered = [];

    /// <summary>Makes a filter known for the life of the process. Doing it twice does nothing.</summary>
    /// <param name="id">Its registered number.</param>
    /// <param name="name">The name that stands in files beside the number.</param>
    /// <param name="filter">
    /// An <c>H5Z_func_t</c>: flags, number of client data, client data, bytes in the buffer, size of the buffer, the buffer; it returns the
    /// bytes of the result, 0 for an error. It may put another buffer of <see cref="Allocate"/> in place and <see cref="Free"/> the old one.
    /// </param>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public static void Register(int id, string name, delegate* unmanaged[Cdecl]<uint, nuint, uint*, nuint, nuint*, void**, nuint> filter)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            if (Registered.Contains(id))
                return;
            var entry = new Hdf5FilterClass
            {
                Version = Hdf5Calls.H5Z_CLASS_T_VERS,
                Id = id,
                HasEncoder = 1,
                HasDecoder = 1,
                Name = Marshal.StringToCoTaskMemUTF8(name),   // the library refers to it until the process ends
                Filter = filter,
            };
            Hdf5Library.Check(Hdf5Calls.H5Zregister(&entry), $"registering filter {id}");
            Registered.Add(id);
        }
    }

    /// <summary>A buffer that may take the place of the one a filter was given.</summary>
    /// <returns>Null if there is no memory.</returns>
    public static void* Allocate(nuint bytes) => Hdf5Calls.H5allocate_memory(bytes, 0);

    /// <summary>Frees a buffer of the library or of <see cref="Allocate"/>.</summary>
    public static void Free(void* buffer) => _ = Hdf5Calls.H5free_memory(buffer);
}

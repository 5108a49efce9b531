using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Native.Hdf5;

public sealed partial class Hdf5File
{
    /// <summary>The names in a group, in their alphabetical order.</summary>
    /// <param name="group">Its path; <c>/</c> for the root.</param>
    /// <returns>None if there is no such group, or it is a dataset.</returns>
    public unsafe IReadOnlyList<string> Names(string group)
    {
        var names = new List<string>();
        const int longest = 1024;
        var name = stackalloc byte[longest];
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            // H5_INDEX_NAME, H5_ITER_INC: the end of the list is an error of the library's.
            while (Hdf5Calls.H5Lget_name_by_idx(Id, group, 0, 0, (ulong)names.Count, name, longest, 0) is >= 0 and < longest and var length)
                names.Add(Encoding.UTF8.GetString(name, (int)length));
        }
        return names;
    }

    /// <summary>Opens a dataset by its path; null if there is none.</summary>
    public Hdf5Dataset? TryOpenDataset(string name)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var id = Hdf5Calls.H5Dopen2(Id, name, 0);
            return id >= 0 ? new Hdf5Dataset(id, name) : null;
        }
    }

    /// <summary>Reads a text attribute of an object; null if there is none.</summary>
    public unsafe string? TryReadText(string path, string attribute)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            if (Hdf5Calls.H5Aexists_by_name(Id, path, attribute, 0) <= 0)
                return null;
            var id = Hdf5Library.Check(Hdf5Calls.H5Aopen_by_name(Id, path, attribute, 0, 0), $"attribute {attribute} of {path}");
            var type = Hdf5Calls.H5Aget_type(id);
            try
            {
                if (Hdf5Calls.H5Tget_class(type) != Hdf5Calls.H5T_STRING)
                    return null;
                if (Hdf5Calls.H5Tis_variable_str(type) > 0)
                {
                    byte* text;
                    Hdf5Library.Check(Hdf5Calls.H5Aread(id, type, &text), $"attribute {attribute} of {path}");
                    var read = Marshal.PtrToStringUTF8((nint)text);
                    _ = Hdf5Calls.H5free_memory(text);
                    return read;
                }
                var bytes = new byte[(int)Hdf5Calls.H5Tget_size(type)];
                fixed (byte* data = bytes)
                    Hdf5Library.Check(Hdf5Calls.H5Aread(id, type, data), $"attribute {attribute} of {path}");
                return Encoding.UTF8.GetString(bytes).TrimEnd('\0', ' ');
            }
            finally
            {
                _ = Hdf5Calls.H5Tclose(type);
                _ = Hdf5Calls.H5Aclose(id);
            }
        }
    }
}

namespace Hutch.Native.Hdf5;

/// <summary>An HDF5 file.</summary>
public sealed partial class Hdf5File : Hdf5Object
{
    private Hdf5File(long id, string path)
        : base(id)
    {
        Path = path;
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Makes a file; one that exists is emptied.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    /// <exception cref="MissingLibraryException">libhdf5 is not installed.</exception>
    /// <param name="path">Where.</param>
    /// <param name="newest">Whether to use the library's newest format, which <see cref="StartSwmr"/> needs; older readers cannot read it.</param>
    public static Hdf5File Create(string path, bool newest = false)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var access = Hdf5Library.Check(Hdf5Calls.H5Pcreate(Hdf5Library.Global("H5P_CLS_FILE_ACCESS_ID_g")), "H5Pcreate");
            try
            {
                if (newest)
                    Hdf5Library.Check(Hdf5Calls.H5Pset_libver_bounds(access, Hdf5Calls.H5F_LIBVER_LATEST, Hdf5Calls.H5F_LIBVER_LATEST), "H5Pset_libver_bounds");
                return new Hdf5File(Hdf5Library.Check(Hdf5Calls.H5Fcreate(path, Hdf5Calls.H5F_ACC_TRUNC, 0, access), $"creating {path}"), path);
            }
            finally
            {
                _ = Hdf5Calls.H5Pclose(access);
            }
        }
    }

    /// <summary>Lets others read the file while it is written (single writer, multiple readers). Nothing can be created in it any more.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public void StartSwmr()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            Hdf5Library.Check(Hdf5Calls.H5Fstart_swmr_write(Id), $"{Path}: SWMR");
        }
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="Hdf5Exception">It is not there, or no HDF5 file.</exception>
    public static Hdf5File OpenRead(string path)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return new Hdf5File(Hdf5Library.Check(Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDONLY, 0), $"opening {path}"), path);
        }
    }

    /// <summary>Opens a file for reading that another program may be writing: what it has flushed can be read, and neither waits for the other.</summary>
    /// <exception cref="Hdf5Exception">It is not there, no HDF5 file, or just now in a state in which it cannot be read.</exception>
    public static Hdf5File OpenWhileWritten(string path)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var access = Hdf5Library.Check(Hdf5Calls.H5Pcreate(Hdf5Library.Global("H5P_CLS_FILE_ACCESS_ID_g")), "H5Pcreate");
            try
            {
                Hdf5Library.Check(Hdf5Calls.H5Pset_file_locking(access, 0, 1), "H5Pset_file_locking");
                var id = Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDONLY, access);
                if (id < 0)
                    id = Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDONLY | Hdf5Calls.H5F_ACC_SWMR_READ, access);   // it says itself that it is being written
                return new Hdf5File(Hdf5Library.Check(id, $"opening {path}"), path);
            }
            finally
            {
                _ = Hdf5Calls.H5Pclose(access);
            }
        }
    }

    /// <summary>Makes a group, relative to the root.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public Hdf5Group CreateGroup(string name)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return new Hdf5Group(Hdf5Library.Check(Hdf5Calls.H5Gcreate2(Id, name, 0, 0, 0), $"group {name} of {Path}"));
        }
    }

    /// <summary>Opens a dataset by its path.</summary>
    /// <exception cref="Hdf5Exception">There is none.</exception>
    public Hdf5Dataset OpenDataset(string name)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return new Hdf5Dataset(Hdf5Library.Check(Hdf5Calls.H5Dopen2(Id, name, 0), $"dataset {name} of {Path}"), name);
        }
    }

    /// <summary>The names of what stands in the root of the file, in alphabetical order.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public unsafe IReadOnlyList<string> RootNames()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var names = new List<string>();
            Span<byte> name = stackalloc byte[256];
            fixed (byte* p = name)
            {
                for (ulong i = 0; Hdf5Calls.H5Lget_name_by_idx(Id, ".", 0, 0, i, p, (nuint)name.Length, 0) is >= 0 and var length; i++)
                    names.Add(System.Text.Encoding.UTF8.GetString(p, (int)Math.Min(length, name.Length - 1)));
            }
            return names;
        }
    }

    /// <summary>Hands everything written so far to the operating system, so that the file opens even if this process dies.</summary>
    /// <exception cref="Hdf5Exception">The file system refused.</exception>
    public void Flush()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            Hdf5Library.Check(Hdf5Calls.H5Fflush(Id, Hdf5Calls.H5F_SCOPE_LOCAL), $"flushing {Path}");
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return Hdf5Calls.H5Fclose(handle) >= 0;
        }
    }
}

using Hutch.Native.Posix;

namespace Hutch.Native.Hdf5;

/// <summary>An HDF5 file.</summary>
public sealed partial class Hdf5File : Hdf5Object
{
    private const ulong AlignedFrom = 1 << 16;
    private const ulong PageBytes = 4096;

    private readonly int _descriptor;

    private Hdf5File(long id, string path, int descriptor)
        : base(id)
    {
        (Path, _descriptor) = (path, descriptor);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Makes a file; one that exists is emptied.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    /// <exception cref="MissingLibraryException">libhdf5 is not installed.</exception>
    /// <param name="path">Where.</param>
    /// <param name="newest">Whether to use the format of libhdf5 1.10, which <see cref="StartSwmr"/> needs; older readers cannot read it.</param>
    public static Hdf5File Create(string path, bool newest = false) =>
        Open(path, access =>
        {
            // What is large begins at a page of the file: the kernel copies a page at a time.
            Hdf5Library.Check(Hdf5Calls.H5Pset_alignment(access, AlignedFrom, PageBytes), "H5Pset_alignment");
            if (newest)
                Hdf5Library.Check(Hdf5Calls.H5Pset_libver_bounds(access, Hdf5Calls.H5F_LIBVER_LATEST, Hdf5Calls.H5F_LIBVER_LATEST), "H5Pset_libver_bounds");
            return Hdf5Library.Check(Hdf5Calls.H5Fcreate(path, Hdf5Calls.H5F_ACC_TRUNC, 0, access), $"creating {path}");
        });

    /// <summary>Lets others read the file while it is written (single writer, multiple readers). Nothing can be created in it any more.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public void StartSwmr()
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            Hdf5Library.Check(Hdf5Calls.H5Fstart_swmr_write(Id), $"{Path}: SWMR");
            // The library gives its lock up, so that readers get in. A shared one keeps other writers out, and shows that this one lives.
            _ = Libc.flock(_descriptor, Libc.LOCK_SH);
        }
    }

    /// <summary>Opens a file for reading, also one that is being written under <see cref="StartSwmr"/>.</summary>
    /// <exception cref="Hdf5Exception">It is not there, or no HDF5 file.</exception>
    public static Hdf5File OpenRead(string path) =>
        Open(path, _ => Hdf5Library.Check(Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDONLY | Hdf5Calls.H5F_ACC_SWMR_READ, 0), $"opening {path}"));

    /// <summary>
    /// Removes the mark "open for writing" that a process which was killed under <see cref="StartSwmr"/> has left, as <c>h5clear -s</c> does. With
    /// the mark, readers that do not ask for SWMR refuse the file.
    /// </summary>
    /// <exception cref="Hdf5Exception">The file is not there, is damaged, or another program has it open.</exception>
    public static unsafe void ClearWriterMark(string path)
    {
        Open(path, access =>
        {
            var yes = 1UL;   // hbool_t has 1 or 4 bytes
            Hdf5Library.Check(Hdf5Calls.H5Pset(access, "clear_status_flags", &yes), "H5Pset clear_status_flags");
            return Hdf5Library.Check(Hdf5Calls.H5Fopen(path, Hdf5Calls.H5F_ACC_RDWR, access), $"opening {path}");
        }).Dispose();
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

    /// <summary>Opens a group by its path; <c>/</c> is the root.</summary>
    /// <exception cref="Hdf5Exception">There is none.</exception>
    public Hdf5Group OpenGroup(string name)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return new Hdf5Group(Hdf5Library.Check(Hdf5Calls.H5Gopen2(Id, name, 0), $"group {name} of {Path}"));
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
            // The library leaves it to the last close of the descriptor to end its lock. A process that was just forked has a copy of the
            // descriptor until it executes its program, and the file would stay locked that long. Ending the lock by name ends it for all copies.
            var isLast = _descriptor >= 0 && Hdf5Calls.H5Fget_obj_count(handle, Hdf5Calls.H5F_OBJ_ALL) == 1;
            var copy = isLast ? Descriptor.Copy(_descriptor) : -1;
            var closed = Hdf5Calls.H5Fclose(handle) >= 0;
            if (copy >= 0)
            {
                _ = Libc.flock(copy, Libc.LOCK_UN);
                _ = Libc.close(copy);
            }
            return closed;
        }
    }

    /// <summary>Opens a file for changes that go into an overlay.</summary>
    /// <exception cref="Hdf5Exception">It is no HDF5 file.</exception>
    internal static Hdf5File OpenOver(string path, Hdf5Overlay overlay) => Open(path, access => Hdf5OverlayDriver.Open(path, overlay, access), hasDescriptor: false);

    private static unsafe Hdf5File Open(string path, Func<long, long> open, bool hasDescriptor = true)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var access = Hdf5Library.Check(Hdf5Calls.H5Pcreate(Hdf5Library.Global("H5P_CLS_FILE_ACCESS_ID_g")), "H5Pcreate");
            try
            {
                var id = open(access);
                if (!hasDescriptor)
                    return new Hdf5File(id, path, -1);
                int* descriptor;
                Hdf5Library.Check(Hdf5Calls.H5Fget_vfd_handle(id, access, &descriptor), $"the descriptor of {path}");
                // Child processes would inherit it, and with it the library's lock, long after the file is closed here.
                Descriptor.KeepFromChildren(*descriptor);
                return new Hdf5File(id, path, *descriptor);
            }
            finally
            {
                _ = Hdf5Calls.H5Pclose(access);
            }
        }
    }
}

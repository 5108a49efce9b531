namespace Hutch.Native.Hdf5;

/// <summary>A group of an HDF5 file.</summary>
public sealed class Hdf5Group : Hdf5Object
{
    internal Hdf5Group(long id)
        : base(id)
    {
    }

    /// <summary>Makes a chunked dataset whose first dimension is 0 long and unlimited.</summary>
    /// <param name="name">Its name in this group.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="chunk">A chunk's shape; its rank is the dataset's, its dimensions after the first are the dataset's too.</param>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public Hdf5Dataset CreateDataset(string name, Hdf5Type type, params ReadOnlySpan<ulong> chunk) => CreateDataset(name, type, null, chunk);

    /// <summary>Makes a chunked dataset whose first dimension is 0 long and unlimited, and whose chunks go through a filter.</summary>
    /// <param name="name">Its name in this group.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="filter">The filter and its settings, as they are to stand in the file; null: none.</param>
    /// <param name="chunk">A chunk's shape; its rank is the dataset's, its dimensions after the first are the dataset's too.</param>
    /// <exception cref="Hdf5Exception">The library refused, for example a filter that was not registered.</exception>
    public unsafe Hdf5Dataset CreateDataset(string name, Hdf5Type type, Hdf5FilterSettings? filter, ReadOnlySpan<ulong> chunk)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var rank = chunk.Length;
            ulong* dimensions = stackalloc ulong[rank];
            ulong* maximum = stackalloc ulong[rank];
            for (var i = 0; i < rank; i++)
                (dimensions[i], maximum[i]) = i == 0 ? (0, Hdf5Calls.H5S_UNLIMITED) : (chunk[i], chunk[i]);

            var space = Hdf5Library.Check(Hdf5Calls.H5Screate_simple(rank, dimensions, maximum), "H5Screate_simple");
            var creation = Hdf5Library.Check(Hdf5Calls.H5Pcreate(Hdf5Library.Global("H5P_CLS_DATASET_CREATE_ID_g")), "H5Pcreate");
            try
            {
                fixed (ulong* chunks = chunk)
                    Hdf5Library.Check(Hdf5Calls.H5Pset_chunk(creation, rank, chunks), "H5Pset_chunk");
                if (filter is not null)
                {
                    fixed (uint* values = filter.Values)
                        Hdf5Library.Check(Hdf5Calls.H5Pset_filter(creation, filter.Id, Hdf5Calls.H5Z_FLAG_OPTIONAL, (nuint)filter.Values.Length, values), $"filter {filter.Id}");
                }
                // Every chunk is written whole, so filling it with zeros first would be work done twice.
                Hdf5Library.Check(Hdf5Calls.H5Pset_fill_time(creation, Hdf5Calls.H5D_FILL_TIME_NEVER), "H5Pset_fill_time");
                Hdf5Library.Check(Hdf5Calls.H5Pset_alloc_time(creation, Hdf5Calls.H5D_ALLOC_TIME_INCR), "H5Pset_alloc_time");
                return new Hdf5Dataset(Hdf5Library.Check(Hdf5Calls.H5Dcreate2(Id, name, type.Id, space, 0, creation, 0), $"dataset {name}"), name);
            }
            finally
            {
                _ = Hdf5Calls.H5Pclose(creation);
                _ = Hdf5Calls.H5Sclose(space);
            }
        }
    }

    /// <summary>Makes a dataset of a fixed shape, which lies in one piece.</summary>
    /// <param name="name">Its name in this group.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="dimensions">Its shape; an element without dimensions.</param>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public unsafe Hdf5Dataset CreateFixedDataset(string name, Hdf5Type type, params ReadOnlySpan<ulong> dimensions)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            fixed (ulong* p = dimensions)
            {
                var space = Hdf5Library.Check(dimensions.IsEmpty ? Hdf5Calls.H5Screate(0) : Hdf5Calls.H5Screate_simple(dimensions.Length, p, null), "H5Screate_simple");
                try
                {
                    return new Hdf5Dataset(Hdf5Library.Check(Hdf5Calls.H5Dcreate2(Id, name, type.Id, space, 0, 0, 0), $"dataset {name}"), name);
                }
                finally
                {
                    _ = Hdf5Calls.H5Sclose(space);
                }
            }
        }
    }

    /// <summary>Makes a group in this one.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public Hdf5Group CreateGroup(string name)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            return new Hdf5Group(Hdf5Library.Check(Hdf5Calls.H5Gcreate2(Id, name, 0, 0, 0), $"group {name}"));
        }
    }

    /// <summary>Gives an object of this group the same name in another group too.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public void Link(string name, Hdf5Group to)
    {
        ArgumentNullException.ThrowIfNull(to);
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            Hdf5Library.Check(Hdf5Calls.H5Lcreate_hard(Id, name, to.Id, name, 0, 0), $"link to {name}");
        }
    }

    /// <summary>Makes a dataset of one element.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public unsafe Hdf5Dataset CreateScalar(string name, Hdf5Type type)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            ulong one = 1;
            var space = Hdf5Library.Check(Hdf5Calls.H5Screate_simple(0, &one, null), "H5Screate_simple");
            try
            {
                return new Hdf5Dataset(Hdf5Library.Check(Hdf5Calls.H5Dcreate2(Id, name, type.Id, space, 0, 0, 0), $"dataset {name}"), name);
            }
            finally
            {
                _ = Hdf5Calls.H5Sclose(space);
            }
        }
    }
}

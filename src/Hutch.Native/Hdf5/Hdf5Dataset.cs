using System.Runtime.InteropServices;

namespace Hutch.Native.Hdf5;

/// <summary>A dataset of an HDF5 file, written and read in whole rows of its first dimension.</summary>
public sealed unsafe class Hdf5Dataset : Hdf5Object
{
    private const int MaximumRank = 32;   // H5S_MAX_RANK

    private readonly string _name;
    private ulong[]? _dimensions;

    internal Hdf5Dataset(long id, string name)
        : base(id)
    {
        _name = name;
    }

    /// <summary>The lengths of the dimensions.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public ulong[] Dimensions
    {
        get
        {
            lock (Hdf5Library.Gate)
            {
                Hdf5Library.Enter();
                var space = Hdf5Library.Check(Hdf5Calls.H5Dget_space(Id), $"dataset {_name}");
                var dimensions = new ulong[Hdf5Calls.H5Sget_simple_extent_ndims(space)];
                fixed (ulong* p = dimensions)
                    _ = Hdf5Calls.H5Sget_simple_extent_dims(space, p, null);
                _ = Hdf5Calls.H5Sclose(space);
                return dimensions;
            }
        }
    }

    /// <summary>The type of its elements, if they are numbers of 8 to 64 bits; null otherwise.</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public Hdf5Type? NumberType
    {
        get
        {
            lock (Hdf5Library.Gate)
            {
                Hdf5Library.Enter();
                var type = Hdf5Library.Check(Hdf5Calls.H5Dget_type(Id), $"dataset {_name}");
                var (kind, size, signed) = (Hdf5Calls.H5Tget_class(type), (int)Hdf5Calls.H5Tget_size(type), Hdf5Calls.H5Tget_sign(type) == 1);
                _ = Hdf5Calls.H5Tclose(type);
                return (kind, size) switch
                {
                    (Hdf5Calls.H5T_INTEGER, 1) => signed ? Hdf5Type.Int8 : Hdf5Type.UInt8,
                    (Hdf5Calls.H5T_INTEGER, 2) => signed ? Hdf5Type.Int16 : Hdf5Type.UInt16,
                    (Hdf5Calls.H5T_INTEGER, 4) => signed ? Hdf5Type.Int32 : Hdf5Type.UInt32,
                    (Hdf5Calls.H5T_INTEGER, 8) => signed ? Hdf5Type.Int64 : Hdf5Type.UInt64,
                    (Hdf5Calls.H5T_FLOAT, 4) => Hdf5Type.Float32,
                    (Hdf5Calls.H5T_FLOAT, 8) => Hdf5Type.Float64,
                    _ => null,
                };
            }
        }
    }

    /// <summary>Makes the first dimension this long.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    public void SetLength(ulong rows)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            // For each image that is written: only the first dimension ever changes.
            _dimensions ??= Dimensions;
            _dimensions[0] = rows;
            fixed (ulong* p = _dimensions)
            {
                if (Hdf5Calls.H5Dset_extent(Id, p) < 0)
                    throw Hdf5Library.Failure($"dataset {_name}: length {rows}");
            }
        }
    }

    /// <summary>Writes a whole chunk as it is, past type conversion and filters (H5Dwrite_chunk). The chunk must lie inside the dataset.</summary>
    /// <param name="row">The chunk's first row.</param>
    /// <param name="chunk">Its bytes as they are to stand in the file.</param>
    /// <param name="skippedFilters">Bit i set: the chunk has not gone through the dataset's filter i, and a reader must not undo it.</param>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    public void WriteChunk(ulong row, ReadOnlySpan<byte> chunk, uint skippedFilters = 0)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            ulong* offset = stackalloc ulong[MaximumRank];
            new Span<ulong>(offset, MaximumRank).Clear();
            offset[0] = row;
            fixed (byte* data = chunk)
            {
                if (Hdf5Calls.H5Dwrite_chunk(Id, 0, skippedFilters, offset, (nuint)chunk.Length, data) < 0)
                    throw Hdf5Library.Failure($"writing row {row} of {_name}");
            }
        }
    }

    /// <summary>Writes rows of a dataset whose elements are laid out as <typeparamref name="T"/>. The rows must lie inside the dataset.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    public void WriteRows<T>(ulong firstRow, ReadOnlySpan<T> values, Hdf5Type type)
        where T : unmanaged => Transfer(firstRow, MemoryMarshal.AsBytes(values), type, write: true);

    /// <summary>Reads rows into memory laid out as <paramref name="type"/>; how many follows from the length of <paramref name="values"/>.</summary>
    /// <exception cref="Hdf5Exception">The rows are not there, or cannot be read.</exception>
    public void ReadRows<T>(ulong firstRow, Span<T> values, Hdf5Type type)
        where T : unmanaged => Transfer(firstRow, MemoryMarshal.AsBytes(values), type, write: false);

    /// <summary>Reads a block into memory laid out as <paramref name="type"/>.</summary>
    /// <param name="start">Its first element, an index for each dimension.</param>
    /// <param name="count">Its extent in each dimension.</param>
    /// <param name="values">Room for exactly the block.</param>
    /// <param name="type">The type in memory; numbers are converted.</param>
    /// <exception cref="Hdf5Exception">The block is not there, or cannot be read.</exception>
    public void ReadBlock<T>(ReadOnlySpan<ulong> start, ReadOnlySpan<ulong> count, Span<T> values, Hdf5Type type)
        where T : unmanaged
    {
        var elements = 1UL;
        foreach (var extent in count)
            elements *= extent;
        if (start.Length != count.Length || elements * (ulong)type.Size != (ulong)values.Length * (ulong)sizeof(T))
            throw new ArgumentException($"a block of {elements} elements of {_name} does not fit into room for {values.Length}");
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            fixed (ulong* starts = start, counts = count)
            fixed (T* data = values)
                Transfer(starts, counts, count.Length, data, type, write: false, $"reading a block of {_name}");
        }
    }

    /// <summary>Writes the one element of a dataset that has one.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    public void WriteScalar(ReadOnlySpan<byte> value, Hdf5Type type)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(value.Length, type.Size);
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            fixed (byte* data = value)
                Hdf5Library.Check(Hdf5Calls.H5Dwrite(Id, type.Id, 0, 0, 0, data), $"writing {_name}");
        }
    }

    /// <summary>Writes all elements of a dataset of <see cref="Hdf5Type.VariableText"/>.</summary>
    /// <exception cref="Hdf5Exception">The library or the file system refused.</exception>
    public void WriteTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            return;
        var pointers = new nint[texts.Count];
        try
        {
            for (var i = 0; i < pointers.Length; i++)
                pointers[i] = Marshal.StringToCoTaskMemUTF8(texts[i]);
            lock (Hdf5Library.Gate)
            {
                Hdf5Library.Enter();
                fixed (nint* data = pointers)
                    Hdf5Library.Check(Hdf5Calls.H5Dwrite(Id, Hdf5Type.VariableText.Id, 0, 0, 0, data), $"writing {_name}");
            }
        }
        finally
        {
            foreach (var pointer in pointers)
                Marshal.FreeCoTaskMem(pointer);
        }
    }

    private void Transfer(ulong firstRow, ReadOnlySpan<byte> bytes, Hdf5Type type, bool write)
    {
        if (bytes.IsEmpty)
            return;
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var count = Dimensions;
            var rowBytes = (ulong)type.Size;
            for (var i = 1; i < count.Length; i++)
                rowBytes *= count[i];
            count[0] = (ulong)bytes.Length / rowBytes;
            ulong* start = stackalloc ulong[MaximumRank];
            new Span<ulong>(start, MaximumRank).Clear();
            start[0] = firstRow;

            fixed (ulong* counts = count)
            fixed (byte* data = bytes)
                Transfer(start, counts, count.Length, data, type, write, $"{(write ? "writing" : "reading")} {count[0]} rows of {_name} from row {firstRow}");
        }
    }

    private void Transfer(ulong* start, ulong* count, int rank, void* data, Hdf5Type type, bool write, string what)
    {
        var file = Hdf5Library.Check(Hdf5Calls.H5Dget_space(Id), $"dataset {_name}");
        var memory = Hdf5Library.Check(Hdf5Calls.H5Screate_simple(rank, count, null), "H5Screate_simple");
        try
        {
            Hdf5Library.Check(Hdf5Calls.H5Sselect_hyperslab(file, Hdf5Calls.H5S_SELECT_SET, start, null, count, null), $"place in {_name}");
            var result = write
                ? Hdf5Calls.H5Dwrite(Id, type.Id, memory, file, 0, data)
                : Hdf5Calls.H5Dread(Id, type.Id, memory, file, 0, data);
            Hdf5Library.Check(result, what);
        }
        finally
        {
            _ = Hdf5Calls.H5Sclose(memory);
            _ = Hdf5Calls.H5Sclose(file);
        }
    }
}

namespace Hutch.Native.Hdf5;

public sealed unsafe partial class Hdf5File
{
    /// <summary>Reads a part of a dataset as it lies in memory: numbers of this machine's byte order.</summary>
    /// <param name="path">The dataset.</param>
    /// <param name="start">The first element of each dimension.</param>
    /// <param name="count">How many of each.</param>
    /// <param name="step">Every how many-th of each.</param>
    /// <exception cref="Hdf5Exception">The part is not there, or cannot be read.</exception>
    public byte[] ReadBytes(string path, IReadOnlyList<long> start, IReadOnlyList<long> count, IReadOnlyList<long> step)
    {
        byte[] bytes = [];
        Part(path, start, count, step, (dataset, native, memory, file) =>
        {
            bytes = new byte[Elements(count) * (long)Hdf5Calls.H5Tget_size(native)];
            fixed (byte* data = bytes)
                Hdf5Library.Check(Hdf5Calls.H5Dread(dataset, native, memory, file, 0, data), $"reading {path}");
        });
        return bytes;
    }

    /// <summary>Reads a part of a dataset as objects, see <see cref="Hdf5Values"/>.</summary>
    /// <inheritdoc cref="ReadBytes"/>
    public object? ReadValues(string path, IReadOnlyList<long> start, IReadOnlyList<long> count, IReadOnlyList<long> step)
    {
        object? values = null;
        Part(path, start, count, step, (dataset, native, memory, file) => values = Hdf5Values.Read(native, memory, count,
            data => Hdf5Library.Check(Hdf5Calls.H5Dread(dataset, native, memory, file, 0, (void*)data), $"reading {path}")));
        return values;
    }

    private static long Elements(IReadOnlyList<long> count) => count.Aggregate(1L, (n, d) => n * d);

    private void Part(string path, IReadOnlyList<long> start, IReadOnlyList<long> count, IReadOnlyList<long> step, Action<long, long, long, long> read)
    {
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var dataset = Hdf5Library.Check(Hdf5Calls.H5Dopen2(Id, path, 0), $"dataset {path}");
            var (file, type) = (Hdf5Calls.H5Dget_space(dataset), Hdf5Calls.H5Dget_type(dataset));
            var native = Hdf5Calls.H5Tget_native_type(type, 0);
            var counts = count.Select(c => (ulong)c).ToArray();
            long memory = -1;
            try
            {
                Hdf5Library.Check(native, $"the type of {path}");
                fixed (ulong* starts = start.Select(s => (ulong)s).ToArray(), steps = step.Select(s => (ulong)s).ToArray(), c = counts)
                {
                    memory = counts.Length == 0 ? Hdf5Calls.H5Screate(0) : Hdf5Calls.H5Screate_simple(counts.Length, c, null);
                    if (counts.Length > 0 && Elements(count) > 0)
                        Hdf5Library.Check(Hdf5Calls.H5Sselect_hyperslab(file, Hdf5Calls.H5S_SELECT_SET, starts, steps, c, null), $"a part of {path}");
                }
                if (Elements(count) > 0)
                    read(dataset, native, memory, file);
            }
            finally
            {
                _ = Hdf5Calls.H5Sclose(memory);
                _ = Hdf5Calls.H5Tclose(native);
                _ = Hdf5Calls.H5Tclose(type);
                _ = Hdf5Calls.H5Sclose(file);
                _ = Hdf5Calls.H5Oclose(dataset);
            }
        }
    }
}

using System.Text;

namespace Hutch.Native.Hdf5;

public sealed unsafe partial class Hdf5File
{
    private const int LongestName = 1024;
    private const int GroupId = 2;      // H5I_type_t
    private const int DatatypeId = 3;
    private const int DatasetId = 5;
    private const int NoExtent = 2;     // H5S_NULL

    /// <summary>Describes an object.</summary>
    /// <param name="path">Its path, beginning with <c>/</c>.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public Hdf5Node? Inspect(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = path[(path.LastIndexOf('/') + 1)..];
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var id = Hdf5Calls.H5Oopen(Id, path, 0);
            if (id < 0)
                return path != "/" && Hdf5Calls.H5Lexists(Id, path, 0) > 0 ? new Hdf5Node(name, Hdf5NodeKind.Unresolved) : null;
            try
            {
                return Hdf5Calls.H5Iget_type(id) switch
                {
                    GroupId => new Hdf5Node(name, Hdf5NodeKind.Group) { Attributes = AttributesOf(id), Children = Names(path) },
                    DatasetId => Dataset(id, name),
                    DatatypeId => new Hdf5Node(name, Hdf5NodeKind.Datatype) { Attributes = AttributesOf(id), Type = Hdf5TypeFacts.Of(id) },
                    _ => new Hdf5Node(name, Hdf5NodeKind.Unresolved),
                };
            }
            finally
            {
                _ = Hdf5Calls.H5Oclose(id);
            }
        }
    }

    /// <summary>Reads the values of all attributes of an object: numbers, texts, or lists of these (<see cref="Hdf5Values"/>).</summary>
    /// <exception cref="Hdf5Exception">The library refused.</exception>
    public IReadOnlyDictionary<string, object?> ReadAttributes(string path)
    {
        var values = new Dictionary<string, object?>();
        lock (Hdf5Library.Gate)
        {
            Hdf5Library.Enter();
            var id = Hdf5Library.Check(Hdf5Calls.H5Oopen(Id, path, 0), $"opening {path}");
            try
            {
                EachAttribute(id, (attribute, name) => values[name] = ReadAttribute(attribute));
            }
            finally
            {
                _ = Hdf5Calls.H5Oclose(id);
            }
        }
        return values;
    }

    private static Hdf5Node Dataset(long id, string name)
    {
        var (space, type, creation) = (Hdf5Calls.H5Dget_space(id), Hdf5Calls.H5Dget_type(id), Hdf5Calls.H5Dget_create_plist(id));
        try
        {
            var shape = ShapeOf(space);
            return new Hdf5Node(name, Hdf5NodeKind.Dataset)
            {
                Attributes = AttributesOf(id),
                Shape = shape,
                Type = Hdf5TypeFacts.Of(type),
                Chunks = shape?.Count > 0 && Hdf5Calls.H5Pget_layout(creation) == Hdf5Calls.H5D_CHUNKED ? ChunkOf(creation, shape.Count) : null,
                Filters = [.. Enumerable.Range(0, Math.Max(0, Hdf5Calls.H5Pget_nfilters(creation))).Select(i => FilterOf(creation, (uint)i))],
            };
        }
        finally
        {
            _ = Hdf5Calls.H5Pclose(creation);
            _ = Hdf5Calls.H5Tclose(type);
            _ = Hdf5Calls.H5Sclose(space);
        }
    }

    private static long[] ChunkOf(long creation, int rank)
    {
        var chunk = new ulong[rank];
        fixed (ulong* p = chunk)
            _ = Hdf5Calls.H5Pget_chunk(creation, rank, p);
        return [.. chunk.Select(d => (long)d)];
    }

    private static (int Id, string Name) FilterOf(long creation, uint n)
    {
        uint flags, configuration;
        nuint values = 0;
        var name = stackalloc byte[LongestName];
        name[0] = 0;
        var id = Hdf5Calls.H5Pget_filter2(creation, n, &flags, &values, null, LongestName, name, &configuration);
        return (id, System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name) ?? "");
    }

    private static List<Hdf5AttributeFacts> AttributesOf(long id)
    {
        var attributes = new List<Hdf5AttributeFacts>();
        EachAttribute(id, (attribute, name) =>
        {
            var (space, type) = (Hdf5Calls.H5Aget_space(attribute), Hdf5Calls.H5Aget_type(attribute));
            attributes.Add(new Hdf5AttributeFacts(name, ShapeOf(space), Hdf5TypeFacts.Of(type)));
            _ = Hdf5Calls.H5Tclose(type);
            _ = Hdf5Calls.H5Sclose(space);
        });
        return attributes;
    }

    private static object? ReadAttribute(long attribute)
    {
        var (space, type) = (Hdf5Calls.H5Aget_space(attribute), Hdf5Calls.H5Aget_type(attribute));
        var native = Hdf5Calls.H5Tget_native_type(type, 0);
        try
        {
            return ShapeOf(space) is { } shape
                ? Hdf5Values.Read(native, space, shape, data => Hdf5Library.Check(Hdf5Calls.H5Aread(attribute, native, (void*)data), "reading an attribute"))
                : null;
        }
        finally
        {
            _ = Hdf5Calls.H5Tclose(native);
            _ = Hdf5Calls.H5Tclose(type);
            _ = Hdf5Calls.H5Sclose(space);
        }
    }

    // The end of the list is an error of the library's.
    private static void EachAttribute(long id, Action<long, string> take)
    {
        var name = stackalloc byte[LongestName];
        for (ulong n = 0; Hdf5Calls.H5Aopen_by_idx(id, ".", 0, 0, n, 0, 0) is >= 0 and var attribute; n++)
        {
            var length = Hdf5Calls.H5Aget_name(attribute, LongestName, name);
            take(attribute, Encoding.UTF8.GetString(name, (int)Math.Min(length, LongestName - 1)));
            _ = Hdf5Calls.H5Aclose(attribute);
        }
    }

    internal static IReadOnlyList<long>? ShapeOf(long space)
    {
        if (Hdf5Calls.H5Sget_simple_extent_type(space) == NoExtent)
            return null;
        var dimensions = new ulong[Math.Max(0, Hdf5Calls.H5Sget_simple_extent_ndims(space))];
        fixed (ulong* p = dimensions)
            _ = Hdf5Calls.H5Sget_simple_extent_dims(space, p, null);
        return [.. dimensions.Select(d => (long)d)];
    }
}

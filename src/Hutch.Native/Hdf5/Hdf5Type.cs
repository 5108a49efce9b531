namespace Hutch.Native.Hdf5;

/// <summary>An element type of a dataset.</summary>
public sealed class Hdf5Type
{
    private readonly Lazy<long> _id;

    private Hdf5Type(int size, Func<long> id)
    {
        Size = size;
        _id = new Lazy<long>(id);
    }

    /// <summary>Unsigned, 8 bits.</summary>
    public static Hdf5Type UInt8 { get; } = Native("UINT8", 1, "uint8");

    /// <summary>Unsigned, 16 bits.</summary>
    public static Hdf5Type UInt16 { get; } = Native("UINT16", 2, "uint16");

    /// <summary>Unsigned, 32 bits.</summary>
    public static Hdf5Type UInt32 { get; } = Native("UINT32", 4, "uint32");

    /// <summary>Unsigned, 64 bits.</summary>
    public static Hdf5Type UInt64 { get; } = Native("UINT64", 8, "uint64");

    /// <summary>Signed, 8 bits.</summary>
    public static Hdf5Type Int8 { get; } = Native("INT8", 1, "int8");

    /// <summary>Signed, 16 bits.</summary>
    public static Hdf5Type Int16 { get; } = Native("INT16", 2, "int16");

    /// <summary>Signed, 32 bits.</summary>
    public static Hdf5Type Int32 { get; } = Native("INT32", 4, "int32");

    /// <summary>Signed, 64 bits.</summary>
    public static Hdf5Type Int64 { get; } = Native("INT64", 8, "int64");

    /// <summary>Floating point, 32 bits.</summary>
    public static Hdf5Type Float32 { get; } = Native("FLOAT", 4, "float32");

    /// <summary>Floating point, 64 bits.</summary>
    public static Hdf5Type Float64 { get; } = Native("DOUBLE", 8, "float64");

    /// <summary>The type as numpy names it, such as uint16; <c>other</c> for what is no number.</summary>
    public string Name { get; private init; } = "other";

    /// <summary>Bytes of an element.</summary>
    public int Size { get; }

    internal long Id
    {
        get
        {
            lock (Hdf5Library.Gate)
            {
                Hdf5Library.Enter();
                return _id.Value;
            }
        }
    }

    /// <summary>A record of members that follow one another without gaps.</summary>
    public static Hdf5Type Compound(params (string Name, Hdf5Type Type)[] members)
    {
        var size = members.Sum(m => m.Type.Size);
        return new Hdf5Type(size, () =>
        {
            var id = Hdf5Library.Check(Hdf5Calls.H5Tcreate(Hdf5Calls.H5T_COMPOUND, (nuint)size), "H5Tcreate");
            var offset = 0;
            foreach (var (name, type) in members)
            {
                Hdf5Library.Check(Hdf5Calls.H5Tinsert(id, name, (nuint)offset, type.Id), $"member {name}");
                offset += type.Size;
            }
            return id;
        });
    }

    /// <summary>Text of a fixed length, filled up with zeros.</summary>
    /// <param name="bytes">Its length, with at least one zero at the end.</param>
    public static Hdf5Type Text(int bytes) => new(bytes, () =>
    {
        var id = Hdf5Library.Check(Hdf5Calls.H5Tcopy(Hdf5Library.Global("H5T_C_S1_g")), "H5Tcopy");
        Hdf5Library.Check(Hdf5Calls.H5Tset_size(id, (nuint)bytes), "H5Tset_size");
        return id;
    });

    /// <summary>UTF-8 text of any length, of which an element is a pointer; see <see cref="Hdf5Dataset.WriteTexts"/>.</summary>
    public static Hdf5Type VariableText { get; } = new(IntPtr.Size, () =>
    {
        var id = Hdf5Library.Check(Hdf5Calls.H5Tcopy(Hdf5Library.Global("H5T_C_S1_g")), "H5Tcopy");
        Hdf5Library.Check(Hdf5Calls.H5Tset_size(id, nuint.MaxValue), "H5Tset_size");   // H5T_VARIABLE
        Hdf5Library.Check(Hdf5Calls.H5Tset_cset(id, 1), "H5Tset_cset");
        return id;
    });

    private static Hdf5Type Native(string name, int size, string numpy) => new(size, () => Hdf5Library.Global($"H5T_NATIVE_{name}_g")) { Name = numpy };
}

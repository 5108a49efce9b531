namespace Hutch.Native.Hdf5;

/// <summary>What an element type is, by the library's own numbers (H5Tpublic.h).</summary>
/// <param name="Class">H5T_class_t: 0 whole number, 1 floating point, 3 text, 5 opaque, 6 compound, 8 enumeration, 9 variable length, 10 array.</param>
/// <param name="Size">Bytes of an element in memory.</param>
public sealed record Hdf5TypeFacts(int Class, int Size)
{
    /// <summary>Byte order: 0 little-endian, 1 big-endian.</summary>
    public int Order { get; init; }

    /// <summary>Of a whole number: 0 without a sign, 1 with one.</summary>
    public int Sign { get; init; }

    /// <summary>Of a text: 0 ASCII, 1 UTF-8.</summary>
    public int CharacterSet { get; init; }

    /// <summary>Of a text: 0 ends with a zero, 1 is filled up with zeros, 2 with blanks.</summary>
    public int Padding { get; init; }

    /// <summary>Whether it is a text of any length, of which an element is a pointer.</summary>
    public bool IsVariable { get; init; }

    /// <summary>Of a compound: its members and where each begins in the element.</summary>
    public IReadOnlyList<(string Name, Hdf5TypeFacts Type, int Offset)> Members { get; init; } = [];

    /// <summary>Of an enumeration: its values by name.</summary>
    public IReadOnlyDictionary<string, long> Names { get; init; } = new Dictionary<string, long>();

    /// <summary>Of an array, an enumeration, or what has a variable length: of what.</summary>
    public Hdf5TypeFacts? Base { get; init; }

    /// <summary>Of an array: its dimensions.</summary>
    public IReadOnlyList<long> Dimensions { get; init; } = [];

    /// <summary>Reads the facts of a type. The gate is held.</summary>
    internal static unsafe Hdf5TypeFacts Of(long id)
    {
        var facts = new Hdf5TypeFacts(Hdf5Calls.H5Tget_class(id), (int)Hdf5Calls.H5Tget_size(id));
        switch (facts.Class)
        {
            case Hdf5Calls.H5T_INTEGER:
                return facts with { Order = Hdf5Calls.H5Tget_order(id), Sign = Hdf5Calls.H5Tget_sign(id) };
            case Hdf5Calls.H5T_FLOAT:
                return facts with { Order = Hdf5Calls.H5Tget_order(id) };
            case Hdf5Calls.H5T_STRING:
                return facts with { CharacterSet = Hdf5Calls.H5Tget_cset(id), Padding = Hdf5Calls.H5Tget_strpad(id), IsVariable = Hdf5Calls.H5Tis_variable_str(id) > 0 };
            case Hdf5Calls.H5T_COMPOUND:
                return facts with { Members = [.. Enumerable.Range(0, Hdf5Calls.H5Tget_nmembers(id)).Select(i => (MemberName(id, i), OfMember(id, i), (int)Hdf5Calls.H5Tget_member_offset(id, (uint)i)))] };
            case Enumeration:
                return facts with { Base = OfBase(id), Names = Enumerable.Range(0, Hdf5Calls.H5Tget_nmembers(id)).ToDictionary(i => MemberName(id, i), i => MemberValue(id, i, facts.Size)) };
            case Array:
                var dimensions = new ulong[Math.Max(0, Hdf5Calls.H5Tget_array_ndims(id))];
                fixed (ulong* p = dimensions)
                    _ = Hdf5Calls.H5Tget_array_dims2(id, p);
                return facts with { Base = OfBase(id), Dimensions = [.. dimensions.Select(d => (long)d)] };
            case VariableLength:
                return facts with { Base = OfBase(id) };
            default:
                return facts;
        }
    }

    private const int Enumeration = 8;
    private const int VariableLength = 9;
    private const int Array = 10;

    private static unsafe string MemberName(long id, int n)
    {
        var name = Hdf5Calls.H5Tget_member_name(id, (uint)n);
        var text = System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name) ?? "";
        _ = Hdf5Calls.H5free_memory(name);
        return text;
    }

    private static unsafe long MemberValue(long id, int n, int size)
    {
        long value = 0;
        if (size <= sizeof(long))
            _ = Hdf5Calls.H5Tget_member_value(id, (uint)n, &value);
        return value;
    }

    private static Hdf5TypeFacts OfMember(long id, int n) => Closing(Hdf5Calls.H5Tget_member_type(id, (uint)n));

    private static Hdf5TypeFacts OfBase(long id) => Closing(Hdf5Calls.H5Tget_super(id));

    private static Hdf5TypeFacts Closing(long id)
    {
        var facts = Of(id);
        _ = Hdf5Calls.H5Tclose(id);
        return facts;
    }
}

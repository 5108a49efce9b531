using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Native.Hdf5;

/// <summary>
/// Elements of any type as objects: long, ulong, double, string; a list for an array, for what has a variable length, and for a compound
/// (its members in order); null for what cannot be shown.
/// </summary>
public static unsafe class Hdf5Values
{
    /// <summary>The elements of some bytes, as they lie in memory.</summary>
    /// <param name="bytes">The elements, one after another.</param>
    /// <param name="type">Their type in memory.</param>
    public static IReadOnlyList<object?> Decode(ReadOnlySpan<byte> bytes, Hdf5TypeFacts type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var values = new object?[type.Size == 0 ? 0 : bytes.Length / type.Size];
        for (var i = 0; i < values.Length; i++)
            values[i] = One(bytes.Slice(i * type.Size, type.Size), type);
        return values;
    }

    /// <summary>Reads elements and decodes them; what the library allocated for texts is freed. The gate is held.</summary>
    internal static object? Read(long native, long space, IReadOnlyList<long> shape, Action<nint> read)
    {
        var facts = Hdf5TypeFacts.Of(native);
        var bytes = new byte[shape.Aggregate(1L, (n, d) => n * d) * facts.Size];
        fixed (byte* data = bytes)
        {
            read((nint)data);
            var values = Decode(bytes, facts);
            _ = Hdf5Calls.H5Dvlen_reclaim(native, space, 0, data);
            return shape.Count == 0 ? values[0] : values;
        }
    }

    private static object? One(ReadOnlySpan<byte> bytes, Hdf5TypeFacts type) => type.Class switch
    {
        Hdf5Calls.H5T_INTEGER => Whole(bytes, type.Sign == 1),
        Hdf5Calls.H5T_FLOAT => type.Size switch
        {
            2 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            4 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            8 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            _ => null,
        },
        Hdf5Calls.H5T_STRING => type.IsVariable ? Marshal.PtrToStringUTF8(MemoryMarshal.Read<nint>(bytes)) : Text(bytes),
        Hdf5Calls.H5T_COMPOUND => Members(bytes, type),
        8 => type.Base is null ? null : One(bytes, type.Base),
        9 when type.Base is { } element => Decode(new ReadOnlySpan<byte>((void*)MemoryMarshal.Read<nint>(bytes[sizeof(nint)..]), checked((int)MemoryMarshal.Read<nint>(bytes) * element.Size)), element),
        10 when type.Base is { } element => Decode(bytes, element),
        _ => null,
    };

    private static object?[] Members(ReadOnlySpan<byte> bytes, Hdf5TypeFacts type)
    {
        var values = new object?[type.Members.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = One(bytes.Slice(type.Members[i].Offset, type.Members[i].Type.Size), type.Members[i].Type);
        return values;
    }

    private static object? Whole(ReadOnlySpan<byte> bytes, bool signed) => (bytes.Length, signed) switch
    {
        (1, true) => (long)(sbyte)bytes[0],
        (1, false) => (ulong)bytes[0],
        (2, true) => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
        (2, false) => (ulong)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (4, true) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (4, false) => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        (8, true) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        (8, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        _ => null,
    };

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]).TrimEnd(' ');
    }
}

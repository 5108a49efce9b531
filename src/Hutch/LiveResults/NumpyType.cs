using System.Buffers.Binary;
using System.Globalization;

namespace Hutch.LiveResults;

/// <summary>Element types as numpy writes them: <c>|u1 &lt;u2 &lt;u4 &lt;u8 |i1 &lt;i2 &lt;i4 &lt;i8 &lt;f4 &lt;f8 |b1</c>, and records (<c>[('name','&lt;u4'),...]</c>).</summary>
public static class NumpyType
{
    /// <summary>Unsigned, 8 bits.</summary>
    public const string UInt8 = "|u1";

    /// <summary>Unsigned, 16 bits.</summary>
    public const string UInt16 = "<u2";

    /// <summary>Unsigned, 32 bits.</summary>
    public const string UInt32 = "<u4";

    /// <summary>Unsigned, 64 bits.</summary>
    public const string UInt64 = "<u8";

    /// <summary>Signed, 64 bits.</summary>
    public const string Int64 = "<i8";

    /// <summary>Floating point, 32 bits.</summary>
    public const string Float32 = "<f4";

    /// <summary>Floating point, 64 bits.</summary>
    public const string Float64 = "<f8";

    /// <summary>Whether elements are records.</summary>
    public static bool IsRecord(string type) => type?.StartsWith('[') == true;

    /// <summary>Bytes of an element.</summary>
    /// <exception cref="UserErrorException">The type is none of those.</exception>
    public static int Size(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (IsRecord(type))
            return type.Split('\'').Where((_, i) => i % 4 == 3).Sum(Size);
        return type is [_, 'u' or 'i' or 'f' or 'b', .. var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is 1 or 2 or 4 or 8
            ? size
            : throw new UserErrorException($"element type {type} is not known; use unsigned, signed or floating-point numbers of 8 to 64 bits");
    }

    /// <summary>Reads elements as double-precision numbers.</summary>
    public static double[] ToDoubles(string type, ReadOnlySpan<byte> data)
    {
        var size = Size(type);
        var values = new double[data.Length / size];
        for (var i = 0; i < values.Length; i++)
            values[i] = Read(type, data[(i * size)..]);
        return values;
    }

    private static double Read(string type, ReadOnlySpan<byte> at) => type[1..] switch
    {
        "u1" or "b1" => at[0],
        "i1" => (sbyte)at[0],
        "u2" => BinaryPrimitives.ReadUInt16LittleEndian(at),
        "i2" => BinaryPrimitives.ReadInt16LittleEndian(at),
        "u4" => BinaryPrimitives.ReadUInt32LittleEndian(at),
        "i4" => BinaryPrimitives.ReadInt32LittleEndian(at),
        "u8" => BinaryPrimitives.ReadUInt64LittleEndian(at),
        "i8" => BinaryPrimitives.ReadInt64LittleEndian(at),
        "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
        "f4" => BinaryPrimitives.ReadSingleLittleEndian(at),
        "f8" => BinaryPrimitives.ReadDoubleLittleEndian(at),
        _ => throw new UserErrorException($"elements of type {type} are not numbers"),
    };
}

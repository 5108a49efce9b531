using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// The elements of a PV, one or more, of one type. Immutable. They lie here as the buffer stores them: little-endian, one after another, a text as
/// <see cref="PvTypes.StringSize"/> bytes filled up with zeros.
/// </summary>
public sealed class PvData
{
    /// <summary>Takes elements as they lie in memory; the array is not copied and must not be changed any more.</summary>
    /// <exception cref="ArgumentException">The length is not a multiple of the element's size.</exception>
    public PvData(PvType type, byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length % PvTypes.SizeOf(type) != 0)
            throw new ArgumentException($"{bytes.Length} bytes are not a whole number of elements of type {type}", nameof(bytes));
        (Type, Bytes) = (type, bytes);
    }

    /// <summary>The type of the elements.</summary>
    public PvType Type { get; }

    /// <summary>The elements' bytes.</summary>
    internal byte[] Bytes { get; }

    /// <summary>The elements' bytes.</summary>
    public ReadOnlySpan<byte> Span => Bytes;

    /// <summary>How many elements there are; may be 0.</summary>
    public int Count => Bytes.Length / PvTypes.SizeOf(Type);

    /// <summary>One number, text or state (an <see cref="System.Enum"/>); or an array, list or other sequence of these.</summary>
    /// <exception cref="ArgumentException">There is no PV type for it.</exception>
    public static PvData Of(object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value switch
        {
            PvData data => data,
            string text => OfTexts([text]),
            string[] texts => OfTexts(texts),
            bool flag => Of(PvType.Enum, [(ushort)(flag ? 1 : 0)]),
            byte number => Of(PvType.Char, [number]),
            sbyte number => Of(PvType.Int16, [(short)number]),
            short number => Of(PvType.Int16, [number]),
            ushort number => Of(PvType.Int32, [(int)number]),
            int number => Of(PvType.Int32, [number]),
            float number => Of(PvType.Float, [number]),
            double number => Of(PvType.Double, [number]),
            decimal or long or ulong or uint => Of(PvType.Double, [Convert.ToDouble(value, CultureInfo.InvariantCulture)]),
            Enum state => Of(PvType.Enum, [Convert.ToUInt16(state, CultureInfo.InvariantCulture)]),
            byte[] numbers => new PvData(PvType.Char, [.. numbers]),
            short[] numbers => Of<short>(PvType.Int16, numbers),
            int[] numbers => Of<int>(PvType.Int32, numbers),
            float[] numbers => Of<float>(PvType.Float, numbers),
            double[] numbers => Of<double>(PvType.Double, numbers),
            ushort[] numbers => Of<int>(PvType.Int32, [.. numbers.Select(n => (int)n)]),
            long[] numbers => Of<double>(PvType.Double, [.. numbers.Select(n => (double)n)]),
            _ => throw new ArgumentException($"a {value.GetType().Name} is not a PV value; use a number, a string, a state, or an array of numbers or strings", nameof(value)),
        };
    }

    /// <summary>States by their index, for a PV of type <see cref="PvType.Enum"/>.</summary>
    public static PvData OfStates(params ReadOnlySpan<ushort> states) => Of(PvType.Enum, states);

    /// <summary>The first element, as a type it can be converted to: a number, text, or bool.</summary>
    /// <exception cref="InvalidCastException">There is no element, or it is not such a value.</exception>
    public T Get<T>()
    {
        if (typeof(T) == typeof(PvData))
            return (T)(object)this;
        if (typeof(T).IsArray)
            return (T)(object)GetArray(typeof(T).GetElementType()!);
        if (Count == 0)
            throw new InvalidCastException("the PV has no element");
        if (typeof(T) == typeof(string))
            return (T)(object)(Type == PvType.Char && Count > 1 ? Encoding.UTF8.GetString(Upto0(Bytes)) : TextAt(0));
        return (T)Converted(0, typeof(T));
    }

    /// <summary>An element as a number; a string is parsed.</summary>
    /// <exception cref="InvalidCastException">The text is not a number.</exception>
    public double NumberAt(int index)
    {
        var at = Element(index);
        return Type switch
        {
            PvType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(at),
            PvType.Float => BinaryPrimitives.ReadSingleLittleEndian(at),
            PvType.Enum => BinaryPrimitives.ReadUInt16LittleEndian(at),
            PvType.Char => at[0],
            PvType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(at),
            PvType.Double => BinaryPrimitives.ReadDoubleLittleEndian(at),
            _ => ParseNumber(TextAt(index)) ?? throw new InvalidCastException($"'{TextAt(index)}' is not a number"),
        };
    }

    /// <summary>An element as text.</summary>
    public string TextAt(int index) => Type switch
    {
        PvType.String => Encoding.UTF8.GetString(Upto0(Element(index))),
        PvType.Float => BinaryPrimitives.ReadSingleLittleEndian(Element(index)).ToString(CultureInfo.InvariantCulture),
        _ => NumberAt(index).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>An element as an object: string, short, float, ushort (a state), byte, int or double.</summary>
    public object At(int index) => Type switch
    {
        PvType.String => TextAt(index),
        PvType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(Element(index)),
        PvType.Float => BinaryPrimitives.ReadSingleLittleEndian(Element(index)),
        PvType.Enum => BinaryPrimitives.ReadUInt16LittleEndian(Element(index)),
        PvType.Char => Element(index)[0],
        PvType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(Element(index)),
        _ => NumberAt(index),
    };

    /// <summary>Whether another has the same type and elements.</summary>
    public bool SameAs(PvData? other) => other is not null && other.Type == Type && other.Span.SequenceEqual(Span);

    /// <summary>The elements, the first ten of many.</summary>
    public override string ToString()
    {
        const int shown = 10;
        if (Count == 1)
            return TextAt(0);
        var elements = string.Join(", ", Enumerable.Range(0, Math.Min(Count, shown)).Select(TextAt));
        return Count > shown ? $"[{elements}, ... {Count} elements]" : $"[{elements}]";
    }

    internal static PvData Of<T>(PvType type, ReadOnlySpan<T> elements)
        where T : unmanaged => new(type, MemoryMarshal.AsBytes(elements).ToArray());

    internal static double? ParseNumber(string text)
    {
        text = text.Trim();
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    internal static PvData OfTexts(IReadOnlyList<string> texts)
    {
        var bytes = new byte[texts.Count * PvTypes.StringSize];
        for (var i = 0; i < texts.Count; i++)
            PutText(bytes.AsSpan(i * PvTypes.StringSize, PvTypes.StringSize), texts[i]);
        return new PvData(PvType.String, bytes);
    }

    // What does not fit is cut off at the end of a character; the last byte stays 0.
    internal static void PutText(Span<byte> place, string text)
    {
        place.Clear();
        Encoding.UTF8.GetEncoder().Convert(text, place[..^1], flush: true, out _, out _, out _);
    }

    internal static ReadOnlySpan<byte> Upto0(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) is >= 0 and var end ? bytes[..end] : bytes;

    private ReadOnlySpan<byte> Element(int index)
    {
        var size = PvTypes.SizeOf(Type);
        return Bytes.AsSpan(index * size, size);
    }

    private object Converted(int index, Type target)
    {
        if (target == typeof(string))
            return TextAt(index);
        if (target == typeof(object))
            return At(index);
        if (target.IsEnum)
            return Enum.ToObject(target, (long)NumberAt(index));
        try
        {
            return target == typeof(bool) ? NumberAt(index) != 0 : Convert.ChangeType(NumberAt(index), target, CultureInfo.InvariantCulture);
        }
        catch (OverflowException error)
        {
            throw new InvalidCastException($"{TextAt(index)} does not fit into {target.Name}", error);
        }
    }

    private Array GetArray(Type element)
    {
        var array = Array.CreateInstance(element, Count);
        var same = Type switch
        {
            PvType.Int16 => typeof(short),
            PvType.Float => typeof(float),
            PvType.Enum => typeof(ushort),
            PvType.Char => typeof(byte),
            PvType.Int32 => typeof(int),
            PvType.Double => typeof(double),
            _ => null,
        };
        if (element == same)
        {
            Buffer.BlockCopy(Bytes, 0, array, 0, Bytes.Length);
            return array;
        }
        for (var i = 0; i < array.Length; i++)
            array.SetValue(Converted(i, element), i);
        return array;
    }
}

using System.Buffers.Binary;
using System.Globalization;

namespace Hutch.Epics.ChannelAccess;

/// <summary>Elements of one type as those of another, as an IOC converts them for its clients (EPICS' <c>dbConvert.c</c>).</summary>
internal static class PvConversion
{
    /// <summary>Converts elements.</summary>
    /// <param name="data">The elements.</param>
    /// <param name="target">The type they are to have.</param>
    /// <param name="states">The names of the states, where one of the types is <see cref="PvType.Enum"/>.</param>
    /// <param name="precision">Digits after the point of a number that becomes text.</param>
    /// <returns>Null if a text is neither a number nor a state.</returns>
    public static PvData? Convert(PvData data, PvType target, IReadOnlyList<string> states, int precision)
    {
        if (data.Type == target)
            return data;
        if (target == PvType.String)
            return PvData.OfTexts([.. Enumerable.Range(0, data.Count).Select(i => Text(data, i, states, precision))]);
        var size = PvTypes.SizeOf(target);
        var bytes = new byte[data.Count * size];
        for (var i = 0; i < data.Count; i++)
        {
            if (Number(data, i, target, states) is not { } number)
                return null;
            Put(bytes.AsSpan(i * size), target, number);
        }
        return new PvData(target, bytes);
    }

    private static double? Number(PvData data, int index, PvType target, IReadOnlyList<string> states)
    {
        if (data.Type != PvType.String)
            return data.NumberAt(index);
        var text = data.TextAt(index);
        if (target == PvType.Enum)
        {
            for (var i = 0; i < states.Count; i++)
            {
                if (states[i] == text)
                    return i;
            }
        }
        return PvData.ParseNumber(text);
    }

    private static string Text(PvData data, int index, IReadOnlyList<string> states, int precision)
    {
        var number = data.NumberAt(index);
        return data.Type switch
        {
            PvType.Enum => (int)number < states.Count ? states[(int)number] : number.ToString(CultureInfo.InvariantCulture),
            PvType.Float or PvType.Double when Math.Abs(number) < 1e15 => number.ToString("F" + Math.Clamp(precision, 0, 15), CultureInfo.InvariantCulture),
            _ => data.TextAt(index),
        };
    }

    // A number that does not fit becomes the nearest that does: a wrapped one would be a wrong value without a sign of it.
    private static void Put(Span<byte> place, PvType type, double number)
    {
        switch (type)
        {
            case PvType.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(place, double.ConvertToInteger<short>(number));
                break;
            case PvType.Float:
                BinaryPrimitives.WriteSingleLittleEndian(place, (float)number);
                break;
            case PvType.Enum:
                BinaryPrimitives.WriteUInt16LittleEndian(place, double.ConvertToInteger<ushort>(number));
                break;
            case PvType.Char:
                place[0] = double.ConvertToInteger<byte>(number);
                break;
            case PvType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(place, double.ConvertToInteger<int>(number));
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(place, number);
                break;
        }
    }
}

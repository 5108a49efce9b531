using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Hutch.Epics.ChannelAccess;

namespace Hutch.Epics.Serving;

/// <summary>Writes DBR structures as they go over the wire.</summary>
internal static class DbrEncoder
{
    /// <summary>Writes a structure.</summary>
    /// <param name="bytes">All of it, already set to 0; elements beyond those that there are stay 0.</param>
    /// <param name="form">What stands before the value.</param>
    /// <param name="data">The value, already of the type that was asked for.</param>
    /// <param name="update">Its time stamp and alarm.</param>
    /// <param name="properties">Of its PV.</param>
    public static void Encode(Span<byte> bytes, DbrForm form, PvData data, PvUpdate update, PvProperties properties)
    {
        if (form != DbrForm.Plain)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes, (short)update.Alarm.Status);
            BinaryPrimitives.WriteInt16BigEndian(bytes[2..], (short)update.Alarm.Severity);
        }
        if (form == DbrForm.Time)
        {
            var (seconds, nanoseconds) = EpicsTime.ToStamp(update.Nanoseconds);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], seconds);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], nanoseconds);
        }
        if (form is DbrForm.Graphic or DbrForm.Control)
            Properties(bytes, form, data.Type, properties);
        var place = bytes[DbrLayout.ValueOffset(form, data.Type)..];
        Swap(data.Span[..Math.Min(data.Bytes.Length, place.Length)], place, data.Type);
    }

    /// <summary>Copies elements from one byte order to the other.</summary>
    public static void Swap(ReadOnlySpan<byte> from, Span<byte> to, PvType type)
    {
        to = to[..from.Length];
        switch (type)
        {
            case PvType.Int16 or PvType.Enum:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, short>(from), MemoryMarshal.Cast<byte, short>(to));
                break;
            case PvType.Int32 or PvType.Float:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(from), MemoryMarshal.Cast<byte, int>(to));
                break;
            case PvType.Double:
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, long>(from), MemoryMarshal.Cast<byte, long>(to));
                break;
            default:
                from.CopyTo(to);
                break;
        }
    }

    private static void Properties(Span<byte> bytes, DbrForm form, PvType type, PvProperties properties)
    {
        if (type == PvType.String)
            return;
        if (type == PvType.Enum)
        {
            var states = Math.Min(properties.States.Count, DbrLayout.MaximumStates);
            BinaryPrimitives.WriteInt16BigEndian(bytes[4..], (short)states);
            for (var i = 0; i < states; i++)
                PvData.PutText(bytes.Slice(6 + i * DbrLayout.StateSize, DbrLayout.StateSize), properties.States[i]);
            return;
        }
        var at = 4;
        if (type is PvType.Float or PvType.Double)
        {
            BinaryPrimitives.WriteInt16BigEndian(bytes[at..], (short)properties.Precision);
            at += 4;
        }
        PvData.PutText(bytes.Slice(at, DbrLayout.UnitsSize), properties.Units);
        at += DbrLayout.UnitsSize;
        Limit(bytes, ref at, type, properties.Display.High);
        Limit(bytes, ref at, type, properties.Display.Low);
        Limit(bytes, ref at, type, properties.Alarm.High);
        Limit(bytes, ref at, type, properties.Warning.High);
        Limit(bytes, ref at, type, properties.Warning.Low);
        Limit(bytes, ref at, type, properties.Alarm.Low);
        if (form != DbrForm.Control)
            return;
        // Displays take equal limits for none; NaN would reach their sliders.
        Limit(bytes, ref at, type, double.IsNaN(properties.Control.High) ? 0 : properties.Control.High);
        Limit(bytes, ref at, type, double.IsNaN(properties.Control.Low) ? 0 : properties.Control.Low);
    }

    private static void Limit(Span<byte> bytes, ref int at, PvType type, double value)
    {
        var place = bytes[at..];
        switch (type)
        {
            case PvType.Int16:
                BinaryPrimitives.WriteInt16BigEndian(place, double.ConvertToInteger<short>(value));
                break;
            case PvType.Char:
                place[0] = double.ConvertToInteger<byte>(value);
                break;
            case PvType.Int32:
                BinaryPrimitives.WriteInt32BigEndian(place, double.ConvertToInteger<int>(value));
                break;
            case PvType.Float:
                BinaryPrimitives.WriteSingleBigEndian(place, (float)value);
                break;
            default:
                BinaryPrimitives.WriteDoubleBigEndian(place, value);
                break;
        }
        at += PvTypes.SizeOf(type);
    }
}

using System.Runtime.InteropServices;
using System.Text;

namespace Hutch.Epics.ChannelAccess;

/// <summary>Reads structures of <c>db_access.h</c> as libca hands them out, in this machine's order of bytes.</summary>
internal static class DbrReader
{
    public static PvUpdate ReadTime(int dbrType, int count, ReadOnlySpan<byte> dbr)
    {
        if (!DbrLayout.TrySplit(dbrType, out var form, out var type) || form != DbrForm.Time)
            throw new InvalidDataException($"DBR type {dbrType} has no time stamp");
        var shorts = MemoryMarshal.Cast<byte, short>(dbr);
        var words = MemoryMarshal.Cast<byte, uint>(dbr[..12]);
        var value = dbr.Slice(DbrLayout.ValueOffset(form, type), PvTypes.SizeOf(type) * count);
        return new PvUpdate(new PvData(type, value.ToArray()), EpicsTime.FromStamp(words[1], words[2]), new AlarmState((AlarmStatus)shorts[0], (AlarmSeverity)shorts[1]));
    }

    // What stands before the value of a DBR_CTRL structure, after status and severity:
    //   enumeration: number of states (i2), 16 names of 26 bytes
    //   numbers:     precision (i2, 2 bytes of padding; floating point only), unit (8 bytes), then as numbers of the PV's type the limits of display
    //                (high, low), alarm high, warning high, warning low, alarm low, control (high, low)
    public static PvProperties ReadProperties(int dbrType, int count, ReadOnlySpan<byte> dbr)
    {
        if (!DbrLayout.TrySplit(dbrType, out var form, out var type) || (form != DbrForm.Control && type != PvType.String))
            throw new InvalidDataException($"DBR type {dbrType} has no properties");
        var at = 2 * sizeof(short);
        if (type == PvType.String)
            return new PvProperties();
        if (type == PvType.Enum)
        {
            var states = new string[Math.Clamp(MemoryMarshal.Read<short>(dbr[at..]), (short)0, (short)DbrLayout.MaximumStates)];
            for (var i = 0; i < states.Length; i++)
                states[i] = Text(dbr.Slice(at + sizeof(short) + i * DbrLayout.StateSize, DbrLayout.StateSize));
            return new PvProperties { States = states };
        }
        var precision = 0;
        if (type is PvType.Float or PvType.Double)
        {
            precision = MemoryMarshal.Read<short>(dbr[at..]);
            at += 2 * sizeof(short);
        }
        var units = Text(dbr.Slice(at, DbrLayout.UnitsSize));
        const int limits = 8;
        var numbers = new PvData(type, dbr.Slice(at + DbrLayout.UnitsSize, limits * PvTypes.SizeOf(type)).ToArray());
        PvRange Range(int low, int high) => new(numbers.NumberAt(low), numbers.NumberAt(high));
        var control = Range(7, 6);
        return new PvProperties
        {
            Units = units,
            Precision = precision,
            Display = Range(1, 0),
            Alarm = Range(5, 2),
            Warning = Range(4, 3),
            Control = control.Low == control.High ? PvRange.None : control,   // a server without limits says so with equal ones
        };
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(PvData.Upto0(bytes));
}

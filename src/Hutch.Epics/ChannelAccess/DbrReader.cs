using System.Runtime.InteropServices;

namespace Hutch.Epics.ChannelAccess;

/// <summary>Reads DBR_TIME structures as libca hands them out.</summary>
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
}

using Hutch.Native.Ca;

namespace Hutch.Epics.ChannelAccess;

/// <summary>The structures of EPICS' <c>db_access.h</c> by form and type; see <see cref="CaStructures"/>.</summary>
internal static class DbrLayout
{
    /// <summary>The largest number of states of an enumeration, and the bytes of each name.</summary>
    public const int MaximumStates = 16;
    public const int StateSize = 26;
    public const int UnitsSize = 8;

    /// <summary>Bytes before the value.</summary>
    public static int ValueOffset(DbrForm form, PvType type) => CaStructures.ValueOffset(Join(form, type));

    /// <summary>Bytes of a structure with a number of elements.</summary>
    public static long Size(DbrForm form, PvType type, int count) => ValueOffset(form, type) + (long)PvTypes.SizeOf(type) * count;

    /// <summary>Takes a DBR type apart; false if it is none of the five forms.</summary>
    public static bool TrySplit(int dbrType, out DbrForm form, out PvType type)
    {
        (form, type) = ((DbrForm)(dbrType / 7), (PvType)(dbrType % 7));
        return dbrType >= 0 && dbrType < CaStructures.Count;
    }

    /// <summary>The DBR type of a form and a type.</summary>
    public static int Join(DbrForm form, PvType type) => (int)form * 7 + (int)type;
}

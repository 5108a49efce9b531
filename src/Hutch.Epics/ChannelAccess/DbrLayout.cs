namespace Hutch.Epics.ChannelAccess;

/// <summary>
/// Where things stand in the structures of EPICS' <c>db_access.h</c>. The wire has the same layout as memory, in big-endian order.
/// </summary>
internal static class DbrLayout
{
    /// <summary>The number of DBR types of the five forms.</summary>
    public const int Types = 35;

    /// <summary>The largest number of states of an enumeration, and the bytes of each name.</summary>
    public const int MaximumStates = 16;
    public const int StateSize = 26;
    public const int UnitsSize = 8;

    // By form and type: string, short, float, enum, char, long, double. Padding brings the value to its alignment.
    private static readonly int[][] Offsets =
    [
        [0, 0, 0, 0, 0, 0, 0],
        [4, 4, 4, 4, 5, 4, 8],
        [12, 14, 12, 14, 15, 12, 16],
        [4, 24, 40, 422, 19, 36, 64],
        [4, 28, 48, 422, 21, 44, 80],
    ];

    /// <summary>Bytes before the value.</summary>
    public static int ValueOffset(DbrForm form, PvType type) => Offsets[(int)form][(int)type];

    /// <summary>Bytes of a structure with a number of elements.</summary>
    public static long Size(DbrForm form, PvType type, int count) => ValueOffset(form, type) + (long)PvTypes.SizeOf(type) * count;

    /// <summary>Takes a DBR type apart; false if it is none of the five forms.</summary>
    public static bool TrySplit(int dbrType, out DbrForm form, out PvType type)
    {
        (form, type) = ((DbrForm)(dbrType / 7), (PvType)(dbrType % 7));
        return dbrType is >= 0 and < Types;
    }

    /// <summary>The DBR type of a form and a type.</summary>
    public static int Join(DbrForm form, PvType type) => (int)form * 7 + (int)type;
}

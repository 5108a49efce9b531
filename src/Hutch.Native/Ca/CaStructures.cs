namespace Hutch.Native.Ca;

/// <summary>
/// Where things stand in the structures of EPICS' <c>db_access.h</c>. A DBR type is seven times the form (0 plain, 1 STS, 2 TIME, 3 GR, 4 CTRL) plus
/// the type (0 string, 1 short, 2 float, 3 enum, 4 char, 5 long, 6 double). The wire has the same layout as memory, in big-endian order.
/// </summary>
public static class CaStructures
{
    private static readonly int[] Sizes = [40, 2, 4, 2, 1, 4, 8];

    // Padding brings each value to its alignment.
    private static readonly int[] Offsets =
    [
        0, 0, 0, 0, 0, 0, 0,
        4, 4, 4, 4, 5, 4, 8,
        12, 14, 12, 14, 15, 12, 16,
        4, 24, 40, 422, 19, 36, 64,
        4, 28, 48, 422, 21, 44, 80,
    ];

    /// <summary>The number of DBR types of these forms.</summary>
    public static int Count => Offsets.Length;

    /// <summary>Bytes before the value of a DBR type.</summary>
    public static int ValueOffset(int dbrType) => Offsets[dbrType];

    /// <summary>Bytes of an element of a DBR type.</summary>
    public static int ElementSize(int dbrType) => Sizes[dbrType % Sizes.Length];
}

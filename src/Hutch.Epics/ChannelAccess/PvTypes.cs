using Hutch.Native.Ca;

namespace Hutch.Epics.ChannelAccess;

/// <summary>Facts about the types of PVs.</summary>
public static class PvTypes
{
    /// <summary>Bytes of a string in channel access, including the terminating zero.</summary>
    public const int StringSize = 40;

    private static readonly string[] Names = ["string", "i2", "f4", "u2", "u1", "i4", "f8"];

    /// <summary>Bytes of an element.</summary>
    public static int SizeOf(PvType type) => CaStructures.ElementSize((int)type);

    /// <summary>The name in the records of the buffer: <c>string</c>, or numpy's kind and size (<c>f8</c>).</summary>
    public static string NameOf(PvType type) => Names[(int)type];

    /// <summary>The type of a name of <see cref="NameOf"/>; null if it is none of them.</summary>
    public static PvType? Parse(string? name)
    {
        var index = Array.IndexOf(Names, name);
        return index < 0 ? null : (PvType)index;
    }
}

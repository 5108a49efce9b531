namespace Hutch.Epics.ChannelAccess;

/// <summary>The type of a PV's elements, with the numbers of EPICS' <c>db_access.h</c> (DBR_STRING ... DBR_DOUBLE).</summary>
public enum PvType
{
    /// <summary>Text of at most 39 bytes.</summary>
    String = 0,

    /// <summary>Signed, 16 bits (DBR_SHORT).</summary>
    Int16 = 1,

    /// <summary>Floating point, 32 bits.</summary>
    Float = 2,

    /// <summary>The index of one of at most 16 named states, 16 bits.</summary>
    Enum = 3,

    /// <summary>Unsigned, 8 bits (DBR_CHAR); arrays of it often hold a long text.</summary>
    Char = 4,

    /// <summary>Signed, 32 bits (DBR_LONG).</summary>
    Int32 = 5,

    /// <summary>Floating point, 64 bits.</summary>
    Double = 6,
}

namespace Hutch.LiveResults;

/// <summary>How a result is shown.</summary>
public enum ResultKind
{
    /// <summary>One number.</summary>
    Number,

    /// <summary>Values over x.</summary>
    Curve,

    /// <summary>Rows and columns.</summary>
    Image,

    /// <summary>More than two dimensions, or records: saved, not shown.</summary>
    Array,
}

namespace Hutch.Epics.Serving;

/// <summary>Makes a property a PV, see <see cref="PropertyPvs"/>. One with a public setter can be put.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PvAttribute : Attribute
{
    /// <summary>A PV with the property's name in upper case, words joined by <c>_</c>.</summary>
    public PvAttribute()
    {
    }

    /// <summary>A PV with a name.</summary>
    public PvAttribute(string name) => Name = name;

    /// <summary>The name after the prefix; null: from the property's.</summary>
    public string? Name { get; }

    /// <summary>The unit.</summary>
    public string Units { get; init; } = "";

    /// <summary>Digits after the point.</summary>
    public int Precision { get; init; } = 3;

    /// <summary>The lowest number that may be put.</summary>
    public double Low { get; init; } = double.NaN;

    /// <summary>The highest number that may be put.</summary>
    public double High { get; init; } = double.NaN;

    /// <summary>For a string: the size in bytes, as an array of DBR_CHAR; 0: a DBR_STRING of at most 39 bytes.</summary>
    public int TextSize { get; init; }
}

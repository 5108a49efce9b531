namespace Hutch.Epics.ChannelAccess;

/// <summary>A range with both ends; NaN where it has none.</summary>
public readonly record struct PvRange(double Low, double High)
{
    /// <summary>No limit on either side.</summary>
    public static PvRange None => new(double.NaN, double.NaN);

    /// <summary>From 0 to 0, which tells displays to choose for themselves.</summary>
    public static PvRange Zero => default;

    /// <summary>Whether a value is not outside.</summary>
    public bool Contains(double value) => !(value < Low) && !(value > High);
}

namespace Hutch.Reduction.Configuration;

/// <summary>Short names of instruments whose full name differs (facility definitions of the SNS and HFIR).</summary>
public static class InstrumentNames
{
    private static readonly Dictionary<string, string> Short = new(StringComparer.OrdinalIgnoreCase)
    {
        ["POWGEN"] = "PG3", ["NOMAD"] = "NOM", ["SEQUOIA"] = "SEQ", ["HYSPEC"] = "HYS", ["VULCAN"] = "VULCAN", ["BASIS"] = "BSS",
        ["CORELLI"] = "CORELLI", ["TOPAZ"] = "TOPAZ", ["MANDI"] = "MANDI", ["SNAP"] = "SNAP", ["ARCS"] = "ARCS", ["CNCS"] = "CNCS",
        ["VISION"] = "VIS", ["EQ-SANS"] = "EQSANS", ["WAND^2"] = "HB2C", ["WAND"] = "HB2C",
    };

    /// <summary>The short name: of a known full name its own, otherwise the name as it is.</summary>
    public static string ShortOf(string name) => Short.GetValueOrDefault(name, name);
}

using System.Globalization;
using System.Text.Json;

namespace Hutch.Beamline;

/// <summary>A size in bytes: a number, or a text with kB, MB, GB (thousands) or KiB, MiB, GiB (1024).</summary>
internal static class MemorySize
{
    private static readonly (string Unit, double Bytes)[] Units =
        [("KiB", 1024), ("MiB", 1024 * 1024), ("GiB", 1024.0 * 1024 * 1024), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("B", 1)];

    public static long Bytes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number)
            return value.GetInt64();
        var text = value.GetString()!;
        var (unit, bytes) = Units.First(u => text.EndsWith(u.Unit, StringComparison.Ordinal));
        return (long)(double.Parse(text[..^unit.Length], CultureInfo.InvariantCulture) * bytes);
    }
}

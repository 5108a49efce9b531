namespace Hutch.Detectors.Images;

/// <summary>The "hot" colour table: red rises over the first three eighths, green over the next three, blue over the last two.</summary>
public static class HotColours
{
    private static readonly byte[] Table = Make();

    /// <summary>Red, green and blue of a value.</summary>
    public static ReadOnlySpan<byte> Of(byte value) => Table.AsSpan(value * 3, 3);

    private static byte[] Make()
    {
        var table = new byte[256 * 3];
        for (var i = 0; i < 256; i++)
        {
            var x = i / 255.0;
            table[i * 3] = Ramp(x, 0, 0.375);
            table[(i * 3) + 1] = Ramp(x, 0.375, 0.75);
            table[(i * 3) + 2] = Ramp(x, 0.75, 1);
        }
        return table;
    }

    private static byte Ramp(double x, double from, double to) => (byte)Math.Round(255 * Math.Clamp((x - from) / (to - from), 0, 1));
}

using System.Runtime.InteropServices;

namespace Hutch.Detectors.Images;

/// <summary>Makes 8-bit values of detector pixels: the darkest becomes 0, the brightest 255, linear between.</summary>
public static class GreyScale
{
    /// <summary>The element types that can be shown, as numpy names them.</summary>
    public static IReadOnlyList<string> Types { get; } = ["uint8", "uint16", "uint32", "uint64", "int16", "int32", "int64", "float32", "float64"];

    /// <summary>Bytes of an element; 0 if the type cannot be shown.</summary>
    public static int ElementBytes(string type) => type switch
    {
        "uint8" => 1,
        "uint16" or "int16" => 2,
        "uint32" or "int32" or "float32" => 4,
        "uint64" or "int64" or "float64" => 8,
        _ => 0,
    };

    /// <summary>Converts an image, with every <paramref name="step"/>th pixel of every <paramref name="step"/>th row.</summary>
    /// <param name="pixels">The pixels, rows one after another.</param>
    /// <param name="type">Their type, one of <see cref="Types"/>.</param>
    /// <param name="width">Columns of the image.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="step">1 or more.</param>
    /// <exception cref="UserErrorException">The type cannot be shown, or the pixels are too few.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> pixels, string type, int width, int height, int step = 1)
    {
        var size = ElementBytes(type);
        if (size == 0)
            throw new UserErrorException($"images of type {type} cannot be shown; only {string.Join(", ", Types)} can");
        if ((long)pixels.Length < (long)width * height * size)
            throw new UserErrorException($"an image of {width} x {height} pixels of type {type} has {(long)width * height * size} bytes, but received {pixels.Length}");
        return type switch
        {
            "uint8" => Scale<byte>(pixels, width, height, step, v => v),
            "uint16" => Scale<ushort>(pixels, width, height, step, v => v),
            "uint32" => Scale<uint>(pixels, width, height, step, v => v),
            "uint64" => Scale<ulong>(pixels, width, height, step, v => v),
            "int16" => Scale<short>(pixels, width, height, step, v => v),
            "int32" => Scale<int>(pixels, width, height, step, v => v),
            "int64" => Scale<long>(pixels, width, height, step, v => v),
            "float32" => Scale<float>(pixels, width, height, step, v => v),
            _ => Scale<double>(pixels, width, height, step, v => v),
        };
    }

    private static byte[] Scale<T>(ReadOnlySpan<byte> bytes, int width, int height, int step, Func<T, double> value)
        where T : unmanaged
    {
        var pixels = MemoryMarshal.Cast<byte, T>(bytes);
        var (columns, rows) = ((width + step - 1) / step, (height + step - 1) / step);
        var values = new double[columns * rows];
        var (low, high) = (double.MaxValue, double.MinValue);
        for (var y = 0; y < rows; y++)
        {
            for (var x = 0; x < columns; x++)
            {
                var v = value(pixels[(y * step * width) + (x * step)]);
                if (!double.IsFinite(v))
                    v = 0;
                values[(y * columns) + x] = v;
                (low, high) = (Math.Min(low, v), Math.Max(high, v));
            }
        }
        var scale = high > low ? 255 / (high - low) : 0;
        return Array.ConvertAll(values, v => (byte)((v - low) * scale));
    }
}

using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Web.Live;

/// <summary>The part of an image that is viewed, no larger than asked for: of each square of pixels that becomes one, the largest.</summary>
/// <param name="X">Its first column in the image.</param>
/// <param name="Y">Its first row in the image.</param>
/// <param name="Step">The side of the squares.</param>
/// <param name="Columns">Columns that are sent.</param>
/// <param name="Rows">Rows that are sent.</param>
/// <param name="Type">The type of what is sent: types of 8 bytes become float32.</param>
/// <param name="Pixels">The pixels, row by row.</param>
internal sealed record LivePart(int X, int Y, int Step, int Columns, int Rows, string Type, ReadOnlyMemory<byte> Pixels)
{
    /// <summary>Cuts a part out of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="x">First column; what is outside of the image is cut off, here and below.</param>
    /// <param name="y">First row.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="most">Pixels to send at most.</param>
    public static LivePart Of(LiveImage image, int x, int y, int width, int height, int most)
    {
        (x, y) = (Math.Clamp(x, 0, image.Columns - 1), Math.Clamp(y, 0, image.Rows - 1));
        (width, height) = (Math.Clamp(width, 1, image.Columns - x), Math.Clamp(height, 1, image.Rows - y));
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)width * height / Math.Max(1, most))));
        if (step == 1 && width == image.Columns && height == image.Rows && image.Type is not ("uint64" or "int64" or "float64"))
            return new LivePart(0, 0, 1, width, height, image.Type, image.Pixels);
        var area = (x, y, width, height, step);
        return image.Type switch
        {
            "uint8" => Cut<byte, byte>(image, area, image.Type),
            "uint16" => Cut<ushort, ushort>(image, area, image.Type),
            "int16" => Cut<short, short>(image, area, image.Type),
            "uint32" => Cut<uint, uint>(image, area, image.Type),
            "int32" => Cut<int, int>(image, area, image.Type),
            "float32" => Cut<float, float>(image, area, image.Type),
            "uint64" => Cut<ulong, float>(image, area, "float32"),
            "int64" => Cut<long, float>(image, area, "float32"),
            _ => Cut<double, float>(image, area, "float32"),
        };
    }

    private static LivePart Cut<TFrom, TTo>(LiveImage image, (int X, int Y, int Width, int Height, int Step) area, string type)
        where TFrom : unmanaged, INumber<TFrom>
        where TTo : unmanaged, INumber<TTo>
    {
        var from = MemoryMarshal.Cast<byte, TFrom>(image.Pixels.Span);
        var (columns, rows) = ((area.Width + area.Step - 1) / area.Step, (area.Height + area.Step - 1) / area.Step);
        var pixels = new byte[columns * rows * Unsafe.SizeOf<TTo>()];
        var to = MemoryMarshal.Cast<byte, TTo>(pixels.AsSpan());
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (left, top) = (area.X + (column * area.Step), area.Y + (row * area.Step));
                var largest = from[(top * image.Columns) + left];
                for (var y = top; y < Math.Min(top + area.Step, area.Y + area.Height); y++)
                {
                    foreach (var pixel in from.Slice((y * image.Columns) + left, Math.Min(area.Step, area.X + area.Width - left)))
                        largest = TFrom.Max(largest, pixel);
                }
                to[(row * columns) + column] = TTo.CreateSaturating(largest);
            }
        }
        return new LivePart(area.X, area.Y, area.Step, columns, rows, type, pixels);
    }
}

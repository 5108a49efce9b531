using System.Runtime.InteropServices;
using Hutch.LiveResults;

namespace Hutch.Web.Reduction;

/// <summary>An image that fits a screen.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Bytes">32-bit floating-point numbers, row by row.</param>
internal sealed record SmallerImage(int Rows, int Columns, byte[] Bytes)
{
    /// <summary>Averages squares of pixels so that no side is longer than asked for.</summary>
    public static SmallerImage Of(NumpyArray image, int side)
    {
        var (height, width) = ((int)image.Shape[0], (int)image.Shape[1]);
        var step = Math.Max(1, (Math.Max(height, width) + side - 1) / side);
        var (rows, columns) = ((height + step - 1) / step, (width + step - 1) / step);
        var values = image.ToDoubles();
        var small = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                small[(row * columns) + column] = (float)Mean(values, width, row * step, Math.Min(height, (row + 1) * step), column * step, Math.Min(width, (column + 1) * step));
        }
        return new SmallerImage(rows, columns, MemoryMarshal.AsBytes(small.AsSpan()).ToArray());
    }

    private static double Mean(double[] values, int width, int top, int bottom, int left, int right)
    {
        var sum = 0.0;
        for (var row = top; row < bottom; row++)
        {
            for (var column = left; column < right; column++)
                sum += values[(row * width) + column];
        }
        return sum / ((bottom - top) * (right - left));
    }
}

using Hutch.Native.Jpeg;

namespace Hutch.Detectors.Images;

/// <summary>A picture for the eye: three bytes a pixel, red, green, blue, rows from the top.</summary>
public sealed class Picture
{
    /// <summary>Makes a black picture.</summary>
    public Picture(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        (Width, Height, Rgb) = (width, height, new byte[width * height * 3]);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels.</summary>
    public byte[] Rgb { get; }

    /// <summary>Colours 8-bit values as "hot": black, red, yellow, white.</summary>
    public static Picture Hot(ReadOnlySpan<byte> grey, int width, int height)
    {
        var picture = new Picture(width, height);
        for (var i = 0; i < width * height; i++)
            HotColours.Of(grey[i]).CopyTo(picture.Rgb.AsSpan(i * 3));
        return picture;
    }

    /// <summary>Draws the outline of a rectangle, clipped to the picture.</summary>
    public void DrawRectangle(int x0, int y0, int x1, int y1, byte red, byte green, byte blue)
    {
        for (var x = Math.Min(x0, x1); x <= Math.Max(x0, x1); x++)
        {
            Set(x, y0, red, green, blue);
            Set(x, y1, red, green, blue);
        }
        for (var y = Math.Min(y0, y1); y <= Math.Max(y0, y1); y++)
        {
            Set(x0, y, red, green, blue);
            Set(x1, y, red, green, blue);
        }
    }

    /// <summary>Sets a pixel if it is in the picture.</summary>
    public void Set(int x, int y, byte red, byte green, byte blue)
    {
        if (x < 0 || y < 0 || x >= Width || y >= Height)
            return;
        var at = ((y * Width) + x) * 3;
        (Rgb[at], Rgb[at + 1], Rgb[at + 2]) = (red, green, blue);
    }

    /// <summary>The picture as a JPEG file.</summary>
    /// <param name="quality">1 to 100. Default 50, as the deployed server has it.</param>
    /// <exception cref="Hutch.Native.MissingLibraryException">libturbojpeg is not installed.</exception>
    public byte[] ToJpeg(int quality = 50)
    {
        using var encoder = new JpegEncoder();
        return encoder.Encode(Rgb, Width, Height, quality);
    }
}

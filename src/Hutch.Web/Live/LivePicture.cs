using Hutch.Detectors.Images;

namespace Hutch.Web.Live;

/// <summary>Pictures of <c>/daq/live</c>: 800 x 600, JPEG.</summary>
internal static class LivePicture
{
    private const int Width = 800;
    private const int Height = 600;

    private static readonly Lazy<byte[]> Nothing = new(() => Lettering.Say("No data", Width, Height).ToJpeg());

    /// <summary>What is shown while no images come.</summary>
    public static byte[] NoData => Nothing.Value;

    public static byte[]? Draw(ReadOnlySpan<byte> pixels, string type, int columns, int rows)
    {
        try
        {
            return Fit(GreyScale.Convert(pixels, type, columns, rows), columns, rows).ToJpeg();
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    private static Picture Fit(byte[] grey, int columns, int rows)
    {
        var fitted = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                fitted[(y * Width) + x] = grey[((y * rows / Height) * columns) + (int)((long)x * columns / Width)];
        }
        return Picture.Hot(fitted, Width, Height);
    }
}

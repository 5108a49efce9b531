using System.Runtime.InteropServices;

namespace Hutch.Native.Jpeg;

/// <summary>Makes JPEG images (libturbojpeg 2). For one thread at a time.</summary>
public sealed unsafe partial class JpegEncoder : IDisposable
{
    private const int PixelFormatRgb = 0;   // TJPF_RGB
    private const int Subsampling420 = 2;   // TJSAMP_420

    private nint _handle;

    /// <summary>Makes an encoder.</summary>
    /// <exception cref="MissingLibraryException">libturbojpeg is not installed.</exception>
    public JpegEncoder()
    {
        _handle = tjInitCompress();
        if (_handle == 0)
            throw new IOException("libturbojpeg has no memory for an encoder");
    }

    /// <summary>Encodes an image.</summary>
    /// <param name="rgb">Three bytes a pixel, rows one after another without gaps.</param>
    /// <param name="width">Columns, 1 to 65500.</param>
    /// <param name="height">Rows, 1 to 65500.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="IOException">The library refused.</exception>
    public byte[] Encode(ReadOnlySpan<byte> rgb, int width, int height, int quality)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        ArgumentOutOfRangeException.ThrowIfLessThan(rgb.Length, width * height * 3, nameof(rgb));
        byte* jpeg = null;
        nuint size = 0;
        try
        {
            fixed (byte* pixels = rgb)
            {
                if (tjCompress2(_handle, pixels, width, width * 3, height, PixelFormatRgb, &jpeg, &size, Subsampling420, quality, 0) != 0)
                    throw new IOException($"JPEG of {width} x {height} pixels: {Marshal.PtrToStringUTF8(tjGetErrorStr2(_handle))}");
            }
            return new ReadOnlySpan<byte>(jpeg, (int)size).ToArray();
        }
        finally
        {
            if (jpeg != null)
                tjFree(jpeg);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _handle, 0) is not 0 and var handle)
            _ = tjDestroy(handle);
    }

    [LibraryImport(NativeLibraries.TurboJpeg)]
    private static partial nint tjInitCompress();

    // unsigned long is as wide as a pointer on the systems that Debian has.
    [LibraryImport(NativeLibraries.TurboJpeg)]
    private static partial int tjCompress2(nint handle, byte* source, int width, int pitch, int height, int format, byte** jpeg, nuint* size, int subsampling, int quality, int flags);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    private static partial void tjFree(byte* buffer);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    private static partial int tjDestroy(nint handle);

    [LibraryImport(NativeLibraries.TurboJpeg)]
    private static partial nint tjGetErrorStr2(nint handle);
}

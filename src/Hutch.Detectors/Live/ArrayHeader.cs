using System.Globalization;
using System.Text.Unicode;
using Hutch.Streams;

namespace Hutch.Detectors.Live;

/// <summary>
/// The first part of an <c>array-1.0</c> message:
/// <c>{"htype":"array-1.0","shape":[height,width],"type":"uint16","frame":17}</c>.
/// </summary>
internal static class ArrayHeader
{
    /// <summary>Room for every header.</summary>
    internal const int MaxBytes = 160;

    /// <summary>Writes a header.</summary>
    /// <returns>Its length.</returns>
    internal static int Write(Span<byte> buffer, int height, int width, string type, ulong frame) =>
        Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $$"""{"htype":"array-1.0","shape":[{{height}},{{width}}],"type":"{{type}}","frame":{{frame}}}""", out var length)
            ? length
            : throw new ArgumentException("the buffer is too small", nameof(buffer));

    /// <summary>The name of a pixel type, as numpy has it.</summary>
    internal static string TypeName(ImageDataType type) => type.ToString().ToLowerInvariant();
}

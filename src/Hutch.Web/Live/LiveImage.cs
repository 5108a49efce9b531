using System.Collections.Concurrent;

namespace Hutch.Web.Live;

/// <summary>An image of the live stream, shared by all who look at it.</summary>
/// <param name="Frame">Its id.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="Type">The type of a pixel as numpy names it.</param>
/// <param name="Pixels">The pixels, row by row.</param>
/// <param name="At">When it came, in seconds since 1970.</param>
/// <param name="PerSecond">Images that came a second of late, shown or not.</param>
internal sealed record LiveImage(ulong Frame, int Rows, int Columns, string Type, ReadOnlyMemory<byte> Pixels, double At, double PerSecond)
{
    /// <summary>Viewers that look at the whole image on screens of the same size ask for the same; more than a few parts would be a lot to keep.</summary>
    private const int PartsKept = 8;

    private readonly ConcurrentDictionary<(int X, int Y, int Width, int Height, int Most), Lazy<LivePart>> _parts = new();
    private readonly Lazy<byte[]?> _jpeg = new(() => LivePicture.Draw(Pixels.Span, Type, Columns, Rows));

    /// <summary>The image as a picture of 800 x 600, drawn once; null if its type cannot be shown.</summary>
    public byte[]? Jpeg => _jpeg.Value;

    /// <summary>A part of it, cut once for all who ask for the same.</summary>
    /// <inheritdoc cref="LivePart.Of"/>
    public LivePart Part(int x, int y, int width, int height, int most)
    {
        var wanted = (x, y, width, height, most);
        if (_parts.TryGetValue(wanted, out var known))
            return known.Value;
        return _parts.Count < PartsKept ? _parts.GetOrAdd(wanted, _ => new Lazy<LivePart>(() => LivePart.Of(this, x, y, width, height, most))).Value : LivePart.Of(this, x, y, width, height, most);
    }
}

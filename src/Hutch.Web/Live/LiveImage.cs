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
    private readonly Lazy<byte[]?> _jpeg = new(() => LivePicture.Draw(Pixels.Span, Type, Columns, Rows));

    /// <summary>The image as a picture of 800 x 600, drawn once; null if its type cannot be shown.</summary>
    public byte[]? Jpeg => _jpeg.Value;
}

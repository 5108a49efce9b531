namespace Hutch.Detectors.Configuration;

/// <summary>The place of a module in the image: inclusive pixel coordinates of the corners of its first and last pixel.</summary>
/// <param name="StartX">Column of the first pixel.</param>
/// <param name="StartY">Row of the first pixel.</param>
/// <param name="EndX">Column of the last pixel.</param>
/// <param name="EndY">Row of the last pixel; less than <paramref name="StartY"/> where the module's rows run upwards.</param>
public readonly record struct ModulePosition(int StartX, int StartY, int EndX, int EndY)
{
    /// <summary>1, or -1 where the rows run upwards.</summary>
    public int RowStep => EndY < StartY ? -1 : 1;
}

namespace Hutch.Detectors.Kinds;

/// <summary>Where the pixels of a module are in the image: row <c>r</c> of the module is image row <c>FirstRow + r * RowStep</c>.</summary>
/// <param name="Rows">Rows of the module.</param>
/// <param name="Columns">Columns of the module.</param>
/// <param name="FirstRow">The image row of the module's row 0.</param>
/// <param name="RowStep">1, or -1 where the rows run upwards; 2 or -2 where modules share rows in turn.</param>
/// <param name="Segments">The runs of columns that stay together.</param>
public sealed record ModuleGeometry(int Rows, int Columns, int FirstRow, int RowStep, IReadOnlyList<ColumnSegment> Segments)
{
    /// <summary>The image row of a module row.</summary>
    public int ImageRow(int row) => FirstRow + (row * RowStep);
}

/// <summary>A run of columns of a module and its place in the image.</summary>
/// <param name="Column">The first column in the module.</param>
/// <param name="Length">Columns.</param>
/// <param name="ImageColumn">The first column in the image.</param>
public readonly record struct ColumnSegment(int Column, int Length, int ImageColumn);

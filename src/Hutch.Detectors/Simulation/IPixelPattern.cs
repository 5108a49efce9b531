namespace Hutch.Detectors.Simulation;

/// <summary>What a simulated detector sees.</summary>
public interface IPixelPattern
{
    /// <summary>Computes a row of a module.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="module">The module.</param>
    /// <param name="row">The row in the module.</param>
    /// <param name="pixels">Gets one value a column; the detector cuts it to its bit depth.</param>
    void FillRow(ulong imageId, int module, int row, Span<uint> pixels);
}

using System.Text.Json.Serialization;

namespace Hutch.LiveResults;

/// <summary>An array: numpy's type, shape and, row by row, the bytes.</summary>
/// <param name="Type">See <see cref="NumpyType"/>.</param>
/// <param name="Shape">The lengths of the dimensions; empty for a number.</param>
/// <param name="Data">The elements in C order, little-endian.</param>
public sealed record NumpyArray(string Type, IReadOnlyList<long> Shape, [property: JsonIgnore] byte[] Data)
{
    /// <summary>The elements as double-precision numbers.</summary>
    public double[] ToDoubles() => NumpyType.ToDoubles(Type, Data);
}

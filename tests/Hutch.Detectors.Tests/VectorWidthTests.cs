using System.Globalization;
using System.Runtime.Intrinsics;

namespace Hutch.Detectors.Tests;

/// <summary>Run by <see cref="VectorLevelTests"/> in a process of its own.</summary>
public class VectorWidthTests
{
    internal const string Limit = "HUTCH_TEST_VECTORS";

    [Fact(Explicit = true)]
    public void The_vectors_are_no_wider_than_the_ones_to_be_tested()
    {
        var widest = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

        Assert.InRange(widest, 0, int.Parse(Environment.GetEnvironmentVariable(Limit)!, CultureInfo.InvariantCulture));
    }
}

using Hutch.Detectors.Simulation;

namespace Hutch.Detectors.Tests.Simulation;

public class TestPatternTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(513)]
    public void A_row_holds_the_published_values(int columns)
    {
        var row = new uint[columns];

        new TestPattern().FillRow(imageId: 1_000_003, module: 5, row: 17, row);

        Assert.Equal(Enumerable.Range(0, columns).Select(c => unchecked((uint)((31 * c) + (1033 * 17) + (7919 * 5) + (17 * 1_000_003)))), row);
    }
}

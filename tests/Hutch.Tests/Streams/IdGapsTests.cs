using FsCheck;
using FsCheck.Fluent;
using Hutch.Streams;

namespace Hutch.Tests.Streams;

public class IdGapsTests
{
    [Theory]
    [InlineData(new ulong[] { 1, 2, 3 }, 0)]
    [InlineData(new ulong[] { 1, 5, 6 }, 3)]
    [InlineData(new ulong[] { 4, 8, 16, 20 }, 1)]      // every fourth pulse
    [InlineData(new ulong[] { 8, 9, 10, 0, 1 }, 0)]    // started again
    [InlineData(new ulong[] { 7 }, 0)]
    public void What_lies_between_is_missing(ulong[] ids, long missing)
    {
        var gaps = new IdGaps();
        foreach (var id in ids)
            gaps.Add(id);
        Assert.Equal(missing, gaps.Missing);
    }

    [Fact]
    public void Came_and_missing_add_up_whatever_the_step() =>
        Prop.ForAll(Gen.Elements(true, false).ArrayOf().Zip(Gen.Choose(1, 100)).ToArbitrary(), series =>
        {
            var (came, step) = series;
            var gaps = new IdGaps();
            var all = new[] { true, true }.Concat(came).Append(true).ToList();
            for (var i = 0; i < all.Count; i++)
            {
                if (all[i])
                    gaps.Add((ulong)(i * step));
            }
            Assert.Equal(all.Count(c => !c), gaps.Missing);
        }).QuickCheckThrowOnFailure();
}

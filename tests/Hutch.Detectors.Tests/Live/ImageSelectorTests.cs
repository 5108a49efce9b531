using Hutch.Detectors.Configuration;
using Hutch.Detectors.Live;

namespace Hutch.Detectors.Tests.Live;

public class ImageSelectorTests
{
    private static readonly DateTime Start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Periodic_sends_groups_at_a_pace()
    {
        // 100 images a second; 2 images in a row, 10 times a second.
        var selector = new ImageSelector(new LiveStreamConfiguration(LiveStreamSelection.Periodic, 2, 10));

        var selected = Enumerable.Range(0, 100).Where(i => selector.Selects((ulong)i, Start.AddMilliseconds(10 * i))).ToList();

        Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 10 < 2), selected);
    }

    [Fact]
    public void Periodic_does_not_catch_up_after_a_pause()
    {
        var selector = new ImageSelector(new LiveStreamConfiguration(LiveStreamSelection.Periodic, 1, 1));
        Assert.True(selector.Selects(0, Start));

        Assert.True(selector.Selects(1, Start.AddSeconds(10)));
        Assert.False(selector.Selects(2, Start.AddSeconds(10.1)));
    }

    [Fact]
    public void Batch_goes_by_the_image_id()
    {
        var selector = new ImageSelector(new LiveStreamConfiguration(LiveStreamSelection.Batch, 2, 5));

        Assert.Equal([0ul, 1, 5, 6, 10], Enumerable.Range(0, 11).Select(i => (ulong)i).Where(i => selector.Selects(i, Start)));
    }
}

using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Live;

/// <summary>Fifty pages on the live view of a detector whose images are written.</summary>
public sealed class ViewersTests
{
    private const int Viewers = 50;

    // Of the pages, the server and the data flow on the processors of a test; bench/run rest-with-viewers says how fast it is.
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Fifty_viewers_leave_the_ledger_as_it_is_and_the_status_quick()
    {
        using var viewers = new Viewing(Viewers);
        var run = await viewers.RunAsync(TimeSpan.FromSeconds(4), rate: 50);
        Assert.Equal(0, run.Failures);
        Assert.True(run.Ledger.AddsUp && run.Losses == 0, $"{run}\n{run.Ledger.ToJson()}");
        Assert.True(run.P99 < Bound, $"{run}");
        Assert.All(viewers.Images, images => Assert.True(images > 0, $"{images} images"));
    }
}

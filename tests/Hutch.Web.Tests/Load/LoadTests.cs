using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Load;

/// <summary>A few seconds of what bench/run rest-under-load does for a minute; how fast it is, is said there.</summary>
[Collection(SharedInstrument.Collection)]
public class LoadTests(SharedInstrument shared)
{
    [Fact]
    public async Task Requests_do_not_change_the_ledger()
    {
        var run = await LoadRun.RunAsync(shared.Instrument, TimeSpan.FromSeconds(4), rate: 200);
        Assert.Equal((800, 0), (run.Requests, run.Failures));
        Assert.True(run.Ledger.AddsUp && run.Losses == 0, $"{run}\n{run.Ledger.ToJson()}");
    }
}

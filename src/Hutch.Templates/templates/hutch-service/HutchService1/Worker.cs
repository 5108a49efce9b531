using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace HutchService1;

/// <summary>Does its work, pauses for the interval, and does it again, until it is stopped or its session ends.</summary>
public sealed class Worker(string name, ILogger? logger = null) : Service(name, logger)
{
    private long _done;

    /// <summary>How often the work was done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>One iteration. What it throws is logged, and the service goes on.</summary>
    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Logger.LogInformation("done {Count} times", Interlocked.Increment(ref _done));
        return null; // pause for the Interval
    }
}

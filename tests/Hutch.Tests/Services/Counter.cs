using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

/// <summary>A service that counts its iterations; what it does otherwise is given.</summary>
[Tags("test")]
internal class Counter(string name, ILogger? logger = null) : Service(name, logger)
{
    public int Count;
    public int Released;

    public Action<CancellationToken>? Body { get; init; }

    protected override TimeSpan? Iterate(CancellationToken stop)
    {
        Interlocked.Increment(ref Count);
        Body?.Invoke(stop);
        return Interval > TimeSpan.Zero ? null : TimeSpan.FromMilliseconds(1);
    }

    protected override void OnStopped() => Interlocked.Increment(ref Released);
}

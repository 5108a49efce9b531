using Hutch.Services;

namespace Hutch.Bench.Services;

/// <summary>A service that wakes up once a minute.</summary>
internal sealed class IdleService(string name) : Service(name)
{
    protected override TimeSpan? Iterate(CancellationToken stop) => TimeSpan.FromMinutes(1);
}

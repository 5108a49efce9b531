using Hutch.Services;

namespace Hutch.World;

/// <summary>A service that does next to nothing and holds others.</summary>
public sealed class Worker(string name) : Service(name)
{
    /// <summary>What it depends on.</summary>
    public List<Service> Needs { get; } = [];

    /// <inheritdoc/>
    protected override TimeSpan? Iterate(CancellationToken stop) => TimeSpan.FromMilliseconds(20);
}

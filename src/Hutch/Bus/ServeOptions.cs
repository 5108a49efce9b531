namespace Hutch.Bus;

/// <summary>How a service serves.</summary>
public sealed record ServeOptions
{
    /// <summary>The service's name: for logs, statistics and those who ask. Its default queue has this name and gets <c>name.*</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The queues; empty for the one that follows from <see cref="Name"/>.</summary>
    public IReadOnlyList<BusQueue> Queues { get; init; } = [];

    /// <summary>The maximum number of concurrent calls in this process. Default 1: one after another, as in the deployed services. Range 1 to 65535.</summary>
    public ushort Concurrency { get; init; } = 1;

    /// <summary>The most calls that this process holds, those that run and those that wait. Default: <see cref="Concurrency"/>. More is faster and shares work less evenly.</summary>
    public ushort? Prefetch { get; init; }

    /// <summary>How long a stop waits for running calls before it cancels them. Default 10 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the service calls itself through the broker to prove that it can be reached. Default 10 s.</summary>
    public TimeSpan ProofInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it waits for that call before it gives up the connection for a new one. Default 5 s.</summary>
    public TimeSpan ProofTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// When the service could not be reached for so long, after it once could, it fails, so that the process ends and
    /// supervision can answer. Default 2 min.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The version the service tells those who ask. Default: that of the service's assembly.</summary>
    public string? Version { get; init; }
}

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>A run, from its start and stop messages.</summary>
/// <param name="Name">Its name.</param>
/// <param name="JobId">What its start and stop messages have in common.</param>
/// <param name="StartNs">Its first moment, ns since 1970.</param>
internal sealed record KafkaRun(string Name, string JobId, long StartNs)
{
    /// <summary>What else its start message says; null: nothing.</summary>
    public RunDetails? Details { get; init; }

    /// <summary>The first moment after it; null while it is not known.</summary>
    public long? StopNs { get; set; }
}

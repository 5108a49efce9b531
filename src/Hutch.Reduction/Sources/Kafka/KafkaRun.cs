namespace Hutch.Reduction.Sources.Kafka;

/// <summary>A run as its beginning and its end tell it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="JobId">What its beginning and its end have in common.</param>
/// <param name="StartNs">Its first moment, ns since 1970.</param>
internal sealed record KafkaRun(string Name, string JobId, long StartNs)
{
    /// <summary>What else its beginning tells; null: nothing.</summary>
    public RunDetails? Details { get; init; }

    /// <summary>The first moment after it; null while nobody has told.</summary>
    public long? StopNs { get; set; }
}

namespace Hutch.Reduction.Recording;

/// <summary>A message of a recording.</summary>
/// <param name="TimeMs">Its time at the broker, ms since 1970.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">The partition that it was in.</param>
/// <param name="Value">What it carries.</param>
internal sealed record KafkaRecord(long TimeMs, string Topic, int Partition, byte[] Value);

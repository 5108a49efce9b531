using Hutch.Reduction.Configuration;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Reduction.Sources;

/// <summary>Makes the source that a configuration asks for.</summary>
internal static class ChunkSources
{
    /// <exception cref="UserErrorException">There is no such source.</exception>
    public static IChunkSource Create(ReductionConfiguration configuration)
    {
        var listener = configuration.Listener;
        if (listener.StartsWith("ring:", StringComparison.Ordinal))
            return new ImageRingSource(listener["ring:".Length..]);
        if (KafkaAddress.TryParse(listener) is { } kafka)
            return new KafkaSource(kafka, configuration);
        return listener.StartsWith("file:", StringComparison.Ordinal)
            ? FileSources.Open(listener["file:".Length..], configuration)
            : new StreamSource(listener, configuration);
    }
}

using Hutch.Reduction.Configuration;
using Hutch.Reduction.Sources.Adara;
using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Reduction.Sources;

/// <summary>Makes the source that a configuration asks for.</summary>
internal static class ChunkSources
{
    /// <param name="configuration">The configuration.</param>
    /// <param name="geometryFile">Where the instrument's geometry is put, if the source brings one.</param>
    /// <exception cref="UserErrorException">There is no such source.</exception>
    public static IChunkSource Create(ReductionConfiguration configuration, string geometryFile)
    {
        var listener = configuration.Listener;
        if (listener.StartsWith("ring:", StringComparison.Ordinal))
            return new ImageRingSource(listener["ring:".Length..]);
        if (KafkaAddress.TryParse(listener) is { } kafka)
            return new KafkaSource(kafka, configuration);
        if (AdaraAddress.TryParse(listener) is { } adara)
            return new AdaraSource(adara, configuration, geometryFile);
        return listener.StartsWith("file:", StringComparison.Ordinal)
            ? FileSources.Open(listener["file:".Length..], configuration, geometryFile)
            : new StreamSource(listener, configuration);
    }
}

using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Replication;

/// <summary>How images are shared between the pairs of sender and receiver. Both sides derive it from the DAQ configuration.</summary>
public static class ImageParts
{
    /// <summary>
    /// The parts that have something to carry. With <c>sender_sends_full_images</c> each carries whole images; with
    /// <c>use_all_forwarders</c> part <c>p</c> of <c>F</c> begins at <c>p * n / F</c> of the image's <c>n</c> bytes; otherwise the same
    /// rule is applied to the detector's largest image, so that a small image ends within the first parts.
    /// </summary>
    /// <remarks>
    /// A part ends where the next one begins. The deployed programs give it <c>n / F</c> bytes, and leave out a byte here and there when
    /// <c>n</c> is no multiple of <c>F</c>; see <see cref="DeployedBytes"/>.
    /// </remarks>
    public static IReadOnlyList<ImagePart> Of(DaqConfiguration configuration)
    {
        var (count, bytes) = (configuration.MaxForwarders, configuration.ImageBytes);
        if (configuration.SenderSendsFullImages)
            return [.. Enumerable.Range(0, count).Select(p => new ImagePart(p, 0, bytes))];
        var whole = Divided(configuration);
        return [.. Enumerable.Range(0, count)
            .Select(p => (Number: p, Start: p * whole / count, End: Math.Min((p + 1) * whole / count, bytes)))
            .Where(p => p.End > p.Start)
            .Select(p => new ImagePart(p.Number, p.Start, p.End - p.Start))];
    }

    /// <summary>The bytes that a deployed sender gives to a part: at most a byte less than ours, but for the last part.</summary>
    public static long DeployedBytes(DaqConfiguration configuration, ImagePart part) =>
        configuration.SenderSendsFullImages ? part.Bytes : Math.Min(part.Bytes, Divided(configuration) / configuration.MaxForwarders);

    private static long Divided(DaqConfiguration configuration) => configuration.UseAllForwarders
        ? configuration.ImageBytes
        : Math.Max(configuration.ImageBytes, configuration.Kind.LargestImageBytes(configuration));
}

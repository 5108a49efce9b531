using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds.Jungfrau;

namespace Hutch.Detectors.Kinds.JungfrauConverted;

/// <summary>
/// Jungfrau whose images are corrected: the packets are those of a raw one, the pixels of the image are 32-bit floating point,
/// <c>(adc - pedestal) * gain</c>, see <see cref="Assembly.GainCorrection"/>.
/// </summary>
public sealed class JungfrauConvertedKind : JungfrauKind
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> TypeNames { get; } = ["jungfrau-converted"];

    /// <inheritdoc/>
    public override PixelCoding Coding(DaqConfiguration configuration) => PixelCoding.GainAdc;

    /// <inheritdoc/>
    protected override bool IsBitDepth(int bits) => bits is 16 or 32;   // of the packets, or of the image
}

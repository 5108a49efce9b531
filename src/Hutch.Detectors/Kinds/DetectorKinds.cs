using Hutch.Detectors.Kinds.Eiger;
using Hutch.Detectors.Kinds.Gigafrost;
using Hutch.Detectors.Kinds.Jungfrau;
using Hutch.Detectors.Kinds.JungfrauConverted;

namespace Hutch.Detectors.Kinds;

/// <summary>The kinds of detector that Hutch knows.</summary>
public static class DetectorKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<DetectorKind> All { get; } = [new JungfrauKind(), new JungfrauConvertedKind(), new EigerKind(), new GigafrostKind()];

    /// <summary>Every value of <c>detector_type</c> that is known.</summary>
    public static IEnumerable<string> TypeNames => All.SelectMany(k => k.TypeNames);

    /// <summary>The kind of a <c>detector_type</c>, or null.</summary>
    public static DetectorKind? Find(string detectorType) => All.FirstOrDefault(k => k.TypeNames.Contains(detectorType));
}

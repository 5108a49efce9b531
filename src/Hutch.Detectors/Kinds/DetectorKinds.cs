using Hutch.Detectors.Kinds.Eiger;
using Hutch.Detectors.Kinds.Gigafrost;
using Hutch.Detectors.Kinds.Jungfrau;
using Hutch.Detectors.Kinds.JungfrauConverted;

namespace Hutch.Detectors.Kinds;

/// <summary>The kinds of detector that this process knows: those that ship with Hutch, and those that a program adds.</summary>
public static class DetectorKinds
{
    private static readonly Lock Gate = new();
    private static volatile DetectorKind[] _all = [new GigafrostKind(), new JungfrauKind(), new JungfrauConvertedKind(), new EigerKind()];

    // A configuration asks for its kind for every image.
    private static volatile Dictionary<string, DetectorKind> _byName = ByName(_all);

    /// <summary>All of them; first those whose packets say most about themselves (<see cref="DetectorKind.Guess"/>).</summary>
    public static IReadOnlyList<DetectorKind> All => _all;

    /// <summary>Every value of <c>detector_type</c> that is known.</summary>
    public static IEnumerable<string> TypeNames => All.SelectMany(k => k.TypeNames);

    /// <summary>The kind of a <c>detector_type</c>, or null.</summary>
    public static DetectorKind? Find(string detectorType) => _byName.GetValueOrDefault(detectorType);

    /// <summary>Adds a kind, so that every part of the data path of this process knows it.</summary>
    /// <exception cref="ArgumentException">One of its type names is in use.</exception>
    public static void Add(DetectorKind kind)
    {
        lock (Gate)
        {
            if (TypeNames.Intersect(kind.TypeNames).FirstOrDefault() is { } taken)
                throw new ArgumentException($"detector_type {taken} is taken by {Find(taken)!.GetType().Name}; choose another name for {kind.GetType().Name}", nameof(kind));
            _all = [.. _all, kind];
            _byName = ByName(_all);
        }
    }

    private static Dictionary<string, DetectorKind> ByName(IEnumerable<DetectorKind> kinds) =>
        kinds.SelectMany(k => k.TypeNames.Select(name => (name, k))).ToDictionary();
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Reduction.Sources.Kafka;

/// <summary>What the start message of a run (<c>pl72</c>) has besides name and times.</summary>
/// <param name="Facts">For scripts: <c>run_name</c>, <c>instrument</c>, <c>filename</c>, <c>periods</c> and <c>metadata</c>, as far as they are there.</param>
/// <param name="SpectrumOf">The spectrum of each detector id (<c>df12</c>); null: spectra are detector ids.</param>
internal sealed record RunDetails(IReadOnlyDictionary<string, object> Facts, IReadOnlyDictionary<uint, int>? SpectrumOf)
{
    /// <summary>Reads them from a message whose schema is <c>pl72</c>.</summary>
    /// <returns>Null if they are damaged.</returns>
    public static RunDetails? TryRead(ref FlatTable message)
    {
        var facts = new Dictionary<string, object> { ["run_name"] = message.Text(2) };
        if (message.Text(3) is { Length: > 0 } instrument)
            facts["instrument"] = instrument;
        if (message.Text(8) is { Length: > 0 } file)
            facts["filename"] = file;
        facts["periods"] = message.Scalar(9, 1u);
        if (message.Text(11) is { Length: > 0 } metadata)
            facts["metadata"] = Json(metadata);
        if (!message.Has(10))
            return message.IsSound ? new RunDetails(facts, null) : null;
        var map = message.Table(10);
        var spectra = map.Vector<int>(0);
        var detectors = map.Vector<uint>(1);
        if (!message.IsSound || !map.IsSound || spectra.Length != detectors.Length)
            return null;
        var spectrumOf = new Dictionary<uint, int>(spectra.Length);
        for (var i = 0; i < spectra.Length; i++)
            spectrumOf[detectors[i]] = spectra[i];
        return new RunDetails(facts, spectrumOf);
    }

    private static object Json(string text)
    {
        try
        {
            return (object?)JsonNode.Parse(text) ?? text;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}

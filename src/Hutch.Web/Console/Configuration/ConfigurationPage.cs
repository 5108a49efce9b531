using System.Text.Json.Nodes;
using Hutch.Detectors.Kinds;

namespace Hutch.Web.Console.Configuration;

/// <summary>The configuration of the detector.</summary>
internal sealed record ConfigurationPage() : ConsolePage("Configuration", "/configuration", "Change it, see who changed what, and restore an older one.")
{
    public override async Task<JsonNode?> InitialAsync(Instrument instrument, CancellationToken cancel) =>
        await instrument.Daq.Configurations.PresentAsync(cancel).ConfigureAwait(false) is { } present
            ? new JsonObject
            {
                ["config_id"] = present.Id.ToString(),
                ["config"] = present.Json.DeepClone(),
                ["types"] = new JsonArray([.. DetectorKinds.TypeNames.Select(n => (JsonNode)n)]),
            }
            : null;
}

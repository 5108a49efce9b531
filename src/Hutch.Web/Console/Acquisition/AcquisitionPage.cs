using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Store;

namespace Hutch.Web.Console.Acquisition;

/// <summary>Acquisitions: the present one, its ledger, and the history.</summary>
internal sealed record AcquisitionPage() : ConsolePage("Acquisition", "/acquisition", "Start and stop, follow, and look up.")
{
    private const int SecondsShown = 300;

    public override IReadOnlyList<string> Styles => ["uPlot.min.css"];

    /// <summary>The rates of the last minutes.</summary>
    public override async Task<JsonNode?> InitialAsync(Instrument instrument, CancellationToken cancel)
    {
        var since = DateTimeOffset.UtcNow.AddSeconds(-SecondsShown).ToUnixTimeMilliseconds();
        var entries = await instrument.Store.NewestAsync(DaqKeys.Statistics, SecondsShown, cancel).ConfigureAwait(false);
        return new JsonArray([.. entries.Reverse().Where(e => e.Id.Milliseconds >= since).Select(Shape)]);
    }

    private static JsonObject Shape(StreamEntry entry)
    {
        var shape = AcquisitionLog.ReadObject(entry);
        shape["time"] = entry.Id.Milliseconds / 1000.0;
        return shape;
    }
}

namespace Hutch.Web.Console.Acquisition;

/// <summary>Acquisitions: the present one, its ledger, and the history.</summary>
internal sealed record AcquisitionPage() : ConsolePage("Acquisition", "/acquisition", "Start and stop, follow, and look up.")
{
    public override IReadOnlyList<string> Styles => ["uPlot.min.css"];
}

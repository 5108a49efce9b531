namespace Hutch.Web.Console.Pvs;

/// <summary>The PVs of EPICS buffers.</summary>
internal sealed record PvsPage() : ConsolePage("PVs", "/pvs", "What the control system reports, and what is buffered.")
{
    public override IReadOnlyList<string> Styles => ["uPlot.min.css"];
}

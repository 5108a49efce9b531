namespace Hutch.Web.Console.Overview;

/// <summary>All services with their state, what depends on what, and the findings about the host.</summary>
internal sealed record OverviewPage() : ConsolePage("Overview", "/", "What runs, what is wrong, and what can be done about it.");

namespace Hutch.Web.Console.Overview;

/// <summary>All services with their state, what depends on what, and the findings about the host.</summary>
internal sealed record OverviewPage() : ConsolePage("Overview", "/", "What is running, what is wrong, and what to do about it.");

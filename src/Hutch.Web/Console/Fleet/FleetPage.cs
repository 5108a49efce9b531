namespace Hutch.Web.Console.Fleet;

/// <summary>The hosts and clusters of the facility.</summary>
internal sealed record FleetPage() : ConsolePage("Fleet", "/fleet", "Hosts and clusters, operations across them, and the watchers.");

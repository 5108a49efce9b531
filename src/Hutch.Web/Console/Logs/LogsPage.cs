namespace Hutch.Web.Console.Logs;

/// <summary>Log lines and events.</summary>
internal sealed record LogsPage() : ConsolePage("Logs", "/logs", "The logs of all services, and who did what.");

namespace Hutch.Web.Console.Logs;

/// <summary>Log lines and events.</summary>
internal sealed record LogsPage() : ConsolePage("Logs", "/logs", "What all services say, and who did what.");

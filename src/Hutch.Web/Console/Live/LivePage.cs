namespace Hutch.Web.Console.Live;

/// <summary>The images of the live stream as they come.</summary>
internal sealed record LivePage() : ConsolePage("Live view", "/live", "The newest image.");

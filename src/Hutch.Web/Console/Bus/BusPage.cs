namespace Hutch.Web.Console.Bus;

/// <summary>The message bus.</summary>
internal sealed record BusPage() : ConsolePage("Bus", "/bus", "Services on the message bus, their methods, and requests.");

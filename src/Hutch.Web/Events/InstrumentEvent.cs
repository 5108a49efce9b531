namespace Hutch.Web.Events;

/// <summary>Something that has changed.</summary>
/// <param name="Id">Above those of all events before it.</param>
/// <param name="Type">What it is about.</param>
/// <param name="Json">What is new.</param>
public sealed record InstrumentEvent(long Id, string Type, string Json);

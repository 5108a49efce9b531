namespace Hutch.Web.Console.Simulator;

/// <summary>The simulator of the detector.</summary>
internal sealed record SimulatorPage() : ConsolePage("Simulator", "/simulator", "Simulate a detector, with faults if wanted.");

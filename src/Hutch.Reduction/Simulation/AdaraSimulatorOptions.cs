using System.Net;

namespace Hutch.Reduction.Simulation;

/// <summary>What a simulated stream management service sends.</summary>
public sealed record AdaraSimulatorOptions
{
    /// <summary>The address it listens on. Default 127.0.0.1.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Its port. Default 31415; 0: a free one.</summary>
    public int Port { get; init; } = 31415;

    /// <summary>The instrument's short name. Default SIM.</summary>
    public string Instrument { get; init; } = "SIM";

    /// <summary>A NeXus file whose events are sent, over and over; null: diamond powder.</summary>
    public string? File { get; init; }

    /// <summary>Pulses a second. Default 60; 0: as fast as possible.</summary>
    public double Rate { get; init; } = 60;

    /// <summary>Events in a pulse. Default 1000.</summary>
    public int Events { get; init; } = 1000;

    /// <summary>Detector banks. Default 4.</summary>
    public int Banks { get; init; } = 4;

    /// <summary>Pixels of a bank. Default 256.</summary>
    public int Pixels { get; init; } = 256;

    /// <summary>Pulses of a run. Default 3600: a minute.</summary>
    public int PulsesPerRun { get; init; } = 3600;

    /// <summary>Runs; 0: no limit. Default 0.</summary>
    public int Runs { get; init; }

    /// <summary>The number of the first run. Default 1.</summary>
    public int FirstRun { get; init; } = 1;

    /// <summary>A pause starts every this many pulses of a run. Default 0: never.</summary>
    public int PauseEvery { get; init; }

    /// <summary>The number of pulses in a pause. Default 60.</summary>
    public int PausePulses { get; init; } = 60;

    /// <summary>What goes wrong. Default nothing.</summary>
    public AdaraFaults Faults { get; init; } = new();

    /// <summary>How much is kept for clients that ask for what was before, in MiB. Default 256.</summary>
    public int HistoryMb { get; init; } = 256;

    /// <summary>The same seed gives the same events. Default 1.</summary>
    public int Seed { get; init; } = 1;
}

using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Reduction.Simulation;

/// <summary>What a simulated instrument sends to Kafka.</summary>
public sealed record KafkaSimulatorOptions
{
    /// <summary>Where to: <c>host:port</c>; null: its own test broker.</summary>
    public string? Brokers { get; init; }

    /// <summary>What the broker needs besides its address. Default: nothing.</summary>
    public KafkaProperties Properties { get; init; } = KafkaProperties.None;

    /// <summary>Topics are <c>INSTRUMENT_events</c>, <c>INSTRUMENT_runInfo</c> and <c>INSTRUMENT_sampleEnv</c>. Default SIM.</summary>
    public string Instrument { get; init; } = "SIM";

    /// <summary>Pulses a second. Default 14, as at ESS; 0: as fast as possible.</summary>
    public double Rate { get; init; } = 14;

    /// <summary>Events in a pulse, of all banks. Default 1000.</summary>
    public int Events { get; init; } = 1000;

    /// <summary>Detector banks, each a source with messages of its own. Default 2.</summary>
    public int Banks { get; init; } = 2;

    /// <summary>Pixels of a bank. Default 512.</summary>
    public int Pixels { get; init; } = 512;

    /// <summary>Pulses of a run. Default 140: 10 s.</summary>
    public int PulsesPerRun { get; init; } = 140;

    /// <summary>Runs; 0: no limit. Default 0.</summary>
    public int Runs { get; init; }

    /// <summary>The same seed gives the same events. Default 1.</summary>
    public int Seed { get; init; } = 1;
}

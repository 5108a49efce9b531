namespace Hutch.Detectors.Simulation;

/// <summary>What a simulated network does to packets: probabilities from 0 to 1, each drawn for every packet.</summary>
public sealed record FaultPlan
{
    /// <summary>A packet is not sent.</summary>
    public double Drop { get; init; }

    /// <summary>A packet is sent twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>A packet changes places with the one after it.</summary>
    public double Reorder { get; init; }

    /// <summary>A datagram of a wrong size is sent before the packet.</summary>
    public double WrongSize { get; init; }

    /// <summary>The packet is sent first with the number of another module in its header.</summary>
    public double Foreign { get; init; }

    /// <summary>The same seed gives the same faults.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A network without faults.</summary>
    public static FaultPlan None { get; } = new();

    /// <summary>Checks the probabilities.</summary>
    /// <exception cref="UsageErrorException">One is not from 0 to 1.</exception>
    public FaultPlan Checked()
    {
        foreach (var (name, value) in new[] { ("loss", Drop), ("duplicate", Duplicate), ("reorder", Reorder), ("wrong-size", WrongSize), ("foreign", Foreign) })
        {
            if (value is not (>= 0 and <= 1))
                throw new UsageErrorException($"--{name} is {value}, but a probability is 0 to 1");
        }
        return this;
    }
}

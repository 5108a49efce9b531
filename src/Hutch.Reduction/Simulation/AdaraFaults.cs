using System.Globalization;

namespace Hutch.Reduction.Simulation;

/// <summary>Planned faults: every given number of pulses.</summary>
public sealed record AdaraFaults
{
    /// <summary>The connections are cut in the middle of a pulse's packet, every this many pulses; 0: never.</summary>
    public int Cut { get; init; }

    /// <summary>A pulse is sent twice, every this many pulses; 0: never.</summary>
    public int Duplicate { get; init; }

    /// <summary>A packet with damaged content is sent, every this many pulses; 0: never.</summary>
    public int Damage { get; init; }

    /// <summary>Packets are sent in pieces of this many bytes; 0: whole.</summary>
    public int Pieces { get; init; }

    /// <summary>Reads a plan such as <c>cut=600,duplicate=50,damage=100,pieces=7</c>.</summary>
    /// <exception cref="UsageErrorException">It is none.</exception>
    public static AdaraFaults Parse(string plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var faults = new AdaraFaults();
        foreach (var part in plan.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var number = part.Split('=') is [_, var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var n) && n >= 0 ? n : -1;
            faults = (part.Split('=')[0], number) switch
            {
                ("cut", >= 0) => faults with { Cut = number },
                ("duplicate", >= 0) => faults with { Duplicate = number },
                ("damage", >= 0) => faults with { Damage = number },
                ("pieces", >= 0) => faults with { Pieces = number },
                _ => throw new UsageErrorException($"'{part}' is not a fault; use cut=N, duplicate=N, damage=N (every N pulses) or pieces=N (bytes), separated by commas"),
            };
        }
        return faults;
    }
}

using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Secrets;

namespace Hutch.Fleet.Programs;

/// <summary>What a program of the fleet was told.</summary>
internal sealed record FleetSettings
{
    /// <summary>Where the bus is.</summary>
    public required string BusUrl { get; init; }

    /// <summary>How the program takes part in it.</summary>
    public required BusOptions Bus { get; init; }

    /// <summary>Seals and opens secrets.</summary>
    public required SecretSeal Seal { get; init; }

    /// <summary>The configuration; empty when there is none.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Where the configuration came from, for messages.</summary>
    public required string Source { get; init; }
}

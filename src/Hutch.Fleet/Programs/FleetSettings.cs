using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Methods;
using Hutch.Fleet.Secrets;

namespace Hutch.Fleet.Programs;

/// <summary>The settings of a program of the fleet.</summary>
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

    /// <summary>The members of the configuration that a program knows; the others are for others.</summary>
    /// <exception cref="UserErrorException">One has a wrong value.</exception>
    public T Options<T>()
        where T : new()
    {
        try
        {
            return Config.Deserialize<T>(BusJson.Options) ?? new T();
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"configuration {Source}: {error.Path?.TrimStart('$', '.')}: {error.Message.Split(" Path:")[0]}", error);
        }
    }
}

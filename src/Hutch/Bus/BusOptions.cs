namespace Hutch.Bus;

/// <summary>How a program takes part in a bus.</summary>
public sealed record BusOptions
{
    /// <summary>The name of the exchange when none is given, as the deployed services have it.</summary>
    public const string DefaultExchange = "commissaire";

    /// <summary>The topic exchange that calls go through. Default <see cref="DefaultExchange"/>.</summary>
    public string Exchange { get; init; } = DefaultExchange;

    /// <summary>The default options of calls.</summary>
    public CallOptions Call { get; init; } = CallOptions.Default;
}

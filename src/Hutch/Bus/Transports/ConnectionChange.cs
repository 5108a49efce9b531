namespace Hutch.Bus.Transports;

/// <summary>The connection to the broker was made or lost.</summary>
/// <param name="Connected">True when it was made.</param>
/// <param name="Reason">Why it was lost; empty when it was made.</param>
public readonly record struct ConnectionChange(bool Connected, string Reason);

namespace Hutch.Bus.Transports;

/// <summary>An exchange as it is declared.</summary>
/// <param name="Name">Its name; at most 255 bytes in UTF-8.</param>
/// <param name="Type">How it chooses queues.</param>
/// <param name="Durable">Whether it survives a restart of the broker.</param>
/// <param name="AutoDelete">Whether it goes with its last binding.</param>
public sealed record ExchangeDeclaration(string Name, ExchangeType Type, bool Durable = false, bool AutoDelete = false);

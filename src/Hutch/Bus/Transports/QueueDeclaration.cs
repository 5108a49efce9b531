namespace Hutch.Bus.Transports;

/// <summary>A queue as it is declared.</summary>
/// <param name="Name">Its name, at most 255 bytes in UTF-8; empty for a fresh one that the transport chooses.</param>
/// <param name="Durable">Whether it survives a restart of the broker.</param>
/// <param name="Exclusive">Whether it belongs to this connection alone and goes with it.</param>
/// <param name="AutoDelete">Whether it goes with its last consumer.</param>
public sealed record QueueDeclaration(string Name, bool Durable = false, bool Exclusive = false, bool AutoDelete = false);

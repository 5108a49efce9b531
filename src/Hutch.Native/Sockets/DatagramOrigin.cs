namespace Hutch.Native.Sockets;

/// <summary>Where a datagram came from, and when.</summary>
/// <param name="Address">The IPv4 address, in network byte order.</param>
/// <param name="Port">The port.</param>
/// <param name="TimeNs">When the kernel got it, in nanoseconds since 1970; 0 if it did not say.</param>
public readonly record struct DatagramOrigin(uint Address, ushort Port, long TimeNs);

namespace Hutch.Detectors.Recording;

/// <summary>A datagram of a recording, but for its bytes.</summary>
/// <param name="TimeNs">When it arrived, in nanoseconds since 1970.</param>
/// <param name="Source">The IPv4 address it came from, in network byte order.</param>
/// <param name="SourcePort">The port it came from.</param>
/// <param name="Destination">The IPv4 address it went to, in network byte order.</param>
/// <param name="Port">The port it went to.</param>
public readonly record struct RecordedPacket(long TimeNs, uint Source, ushort SourcePort, uint Destination, ushort Port);

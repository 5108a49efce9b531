using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;

namespace Hutch.Detectors.Kinds;

/// <summary>The packet header that the detectors of the SLS detector group share (slsDetectorPackage, 48 bytes, little-endian).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal struct SlsHeader
{
    internal const int Bytes = 48;
    internal const byte Version = 2;

    internal ulong FrameNumber;
    internal uint ExposureLength;
    internal uint PacketNumber;
    internal ulong Specific1;
    internal ulong Timestamp;
    internal ushort ModuleId;
    internal ushort Row;
    internal ushort Column;
    internal ushort Specific2;
    internal uint Specific3;
    internal ushort RoundRobin;
    internal byte DetectorType;
    internal byte HeaderVersion;

    /// <summary>A configuration of one module with 16 bits, if the datagram has room for this header and so many data.</summary>
    internal static DaqConfiguration? Guess(string type, ReadOnlySpan<byte> datagram, int dataBytes) =>
        datagram.Length == Bytes + dataBytes
            ? new DaqConfiguration { DetectorName = type, DetectorType = type, Modules = 1, BitDepth = 16, ImageHeight = 0, ImageWidth = 0, StartUdpPort = 0 }
            : null;
}

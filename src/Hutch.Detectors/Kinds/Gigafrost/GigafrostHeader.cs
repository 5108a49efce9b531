using System.Runtime.InteropServices;

namespace Hutch.Detectors.Kinds.Gigafrost;

/// <summary>The packet header of a Gigafrost: 32 bytes, little-endian.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal struct GigafrostHeader
{
    internal const int Bytes = 32;
    internal const byte Protocol = 0xCB;
    internal const ushort DoNotStore = 1 << 15;

    internal byte ProtocolId;

    // The length of a row of the quadrant, in blocks of 12 pixels.
    internal byte RowBlocks;

    // Rows of the quadrant, low 8 bits; bit 0 is the swap flag.
    internal byte QuadrantRowsLow;

    // Bits 6-7 quadrant, bit 5 link, bits 2-4 correction mode, bits 0-1 rows of the quadrant, bits 8-9.
    internal byte Place;

    internal uint ScanId;
    internal uint FrameIndex;
    internal ushort StatusFlags;
    internal ushort FirstRow;

    // Bits 0-39 timestamp, bits 40-63 exposure time.
    internal ulong TimestampAndExposure;

    internal uint SyncTime;
    internal uint ScanTime;

    internal readonly int Quadrant => Place >> 6;

    internal readonly int Link => Place >> 5 & 1;

    internal readonly int Module => (2 * Quadrant) + Link;

    internal readonly int CorrectionMode => Place >> 2 & 7;

    internal readonly int SwappedRows => QuadrantRowsLow & 1;

    internal readonly ulong Timestamp => TimestampAndExposure & 0xFF_FFFF_FFFF;

    internal readonly ulong ExposureTime => TimestampAndExposure >> 40;
}

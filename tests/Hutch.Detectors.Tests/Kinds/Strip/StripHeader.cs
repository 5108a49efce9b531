using System.Runtime.InteropServices;

namespace Hutch.Detectors.Tests.Kinds.Strip;

/// <summary>The packet header of the strip detector: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal struct StripHeader
{
    internal const int Bytes = 16;
    internal const uint Mark = 0x50525453;   // "STRP"

    internal uint Magic;
    internal ushort Module;
    internal ushort Packet;
    internal ulong Shot;
}

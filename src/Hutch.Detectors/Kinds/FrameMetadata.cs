using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutch.Detectors.Kinds;

/// <summary>
/// The message of a frame-metadata channel: 64 bytes, packed, little-endian. The first 18 are the same for every detector;
/// what follows is the kind's own, filled up with zeros.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
public struct FrameMetadata
{
    /// <summary>The size of the message.</summary>
    public const int Bytes = 64;

    /// <summary>Which image the frame is a part of.</summary>
    public ulong ImageId;

    /// <summary>How many packets of the frame did not arrive; their bytes are 0.</summary>
    public ulong MissingPackets;

    /// <summary>The module that the frame is from.</summary>
    public ushort ModuleId;

    private DetailBytes _details;

    /// <summary>The kind's own fields.</summary>
    [UnscopedRef]
    public Span<byte> Details => _details;

    /// <summary>The message as it is sent.</summary>
    public static Span<byte> AsBytes(ref FrameMetadata frame) => MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref frame, 1));

    [InlineArray(Bytes - 18)]
    private struct DetailBytes
    {
        private byte _first;
    }
}

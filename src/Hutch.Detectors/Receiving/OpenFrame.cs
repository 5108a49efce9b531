using System.Numerics;
using Hutch.Detectors.Kinds;

namespace Hutch.Detectors.Receiving;

/// <summary>A frame that is being received: its slot, and which of its packets are in it.</summary>
internal sealed unsafe class OpenFrame
{
    private readonly PacketLayout _layout;
    private readonly ulong[] _received;

    internal OpenFrame(PacketLayout layout)
    {
        _layout = layout;
        _received = new ulong[(layout.PacketsPerFrame + 63) / 64];
    }

    /// <summary>Whether there is a frame in here.</summary>
    internal bool IsOpen { get; private set; }

    internal ulong Number { get; private set; }

    internal byte* Slot { get; private set; }

    internal FrameMetadata Metadata;

    internal int Received { get; private set; }

    /// <summary>The packet that comes next if they come in order.</summary>
    internal int Next { get; private set; }

    internal bool IsComplete => Received == _layout.PacketsPerFrame;

    /// <summary>Whether it was closed because nothing came for too long.</summary>
    internal bool HasTimedOut { get; set; }

    internal void Open(ulong number, byte* slot, in FrameMetadata metadata)
    {
        Array.Clear(_received);
        HasTimedOut = false;
        (IsOpen, Number, Metadata, Received, Next) = (true, number, metadata, 0, 0);
        Slot = slot;
    }

    internal void Close() => IsOpen = false;

    /// <summary>
    /// Whether a packet comes after the time-out of this frame: it belongs to it, and did not arrive. One that did arrive is of a detector that has started
    /// again with the same numbers.
    /// </summary>
    internal bool IsLate(ulong number, int packet) => HasTimedOut && number == Number && !Has(packet);

    internal bool Has(int packet) => (_received[packet >> 6] >> (packet & 63) & 1) != 0;

    internal void Mark(int packet)
    {
        _received[packet >> 6] |= 1UL << (packet & 63);
        Received++;
        Next = packet + 1;
    }

    /// <summary>Makes the bytes of packets that did not arrive 0.</summary>
    internal void ClearMissing()
    {
        for (var word = 0; word < _received.Length; word++)
        {
            for (var missing = ~_received[word]; missing != 0; missing &= missing - 1)
            {
                var packet = (word * 64) + BitOperations.TrailingZeroCount(missing);
                if (packet >= _layout.PacketsPerFrame)
                    return;
                new Span<byte>(Slot + _layout.Offset(packet), _layout.Data(packet)).Clear();
            }
        }
    }
}

namespace Hutch.Detectors.Kinds;

/// <summary>What every kind of packet says.</summary>
/// <param name="FrameNumber">Distinguishes the packets of one frame from those of another.</param>
/// <param name="ImageId">By which the frames of an image are found; also gives the slot in the ring.</param>
/// <param name="PacketNumber">Counted from 0; not checked against the number of packets of a frame.</param>
/// <param name="Module">The module that the packet names.</param>
/// <param name="IsKnownFormat">Whether the header's version or protocol id is the one that the format describes. The positions of its fields do not depend on it.</param>
public readonly record struct PacketHeader(ulong FrameNumber, ulong ImageId, uint PacketNumber, int Module, bool IsKnownFormat);

namespace Hutch.Detectors.Kinds;

/// <summary>What every kind of packet says.</summary>
/// <param name="FrameNumber">By which the packets of a frame are told from those of another.</param>
/// <param name="ImageId">By which the frames of an image are found; also gives the slot in the ring.</param>
/// <param name="PacketNumber">Counted from 0; not checked against the number of packets of a frame.</param>
/// <param name="Module">The module that sent it.</param>
public readonly record struct PacketHeader(ulong FrameNumber, ulong ImageId, uint PacketNumber, int Module);

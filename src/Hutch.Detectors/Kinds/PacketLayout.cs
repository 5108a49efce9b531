namespace Hutch.Detectors.Kinds;

/// <summary>
/// The sizes of the packets that make up a frame, in bytes. A packet is a header, data, and padding that is no part of the
/// frame; all packets have as many data as the first one, except the last, which may have fewer.
/// </summary>
/// <param name="HeaderBytes">The header.</param>
/// <param name="DataBytes">The data of every packet but the last.</param>
/// <param name="PadBytes">The padding of every packet but the last.</param>
/// <param name="LastDataBytes">The data of the last packet.</param>
/// <param name="LastPadBytes">The padding of the last packet.</param>
/// <param name="PacketsPerFrame">Packets.</param>
public sealed record PacketLayout(int HeaderBytes, int DataBytes, int PadBytes, int LastDataBytes, int LastPadBytes, int PacketsPerFrame)
{
    /// <summary>Rows of the module in every packet but the last; 0 for a kind whose packets carry their number instead of a row.</summary>
    public int RowsPerPacket { get; init; }

    /// <summary>The data of all packets.</summary>
    public long FrameBytes => ((long)DataBytes * (PacketsPerFrame - 1)) + LastDataBytes;

    /// <summary>A slot of the frame ring: data and padding.</summary>
    public long SlotBytes => ((long)(DataBytes + PadBytes) * (PacketsPerFrame - 1)) + LastDataBytes + LastPadBytes;

    /// <summary>A layout in which all packets are alike and have no padding.</summary>
    public static PacketLayout Uniform(int headerBytes, int dataBytes, int packetsPerFrame) =>
        new(headerBytes, dataBytes, 0, dataBytes, 0, packetsPerFrame);

    /// <summary>The data of a packet.</summary>
    public int Data(int packet) => packet == PacketsPerFrame - 1 ? LastDataBytes : DataBytes;

    /// <summary>The padding of a packet.</summary>
    public int Pad(int packet) => packet == PacketsPerFrame - 1 ? LastPadBytes : PadBytes;

    /// <summary>A packet on the wire, after the UDP header.</summary>
    public int Datagram(int packet) => HeaderBytes + Data(packet) + Pad(packet);

    /// <summary>Where the data of a packet are in the frame.</summary>
    public long Offset(int packet) => (long)packet * DataBytes;
}

using Hutch.Reduction.Sources.Adara;

namespace Hutch.Reduction.Simulation;

/// <summary>What a client needs that connects in the middle of a stream: the last packet of each kind that holds until the next.</summary>
internal sealed class AdaraPrologue
{
    private readonly SortedDictionary<(int Order, uint Device, uint Variable), byte[]> _packets = [];

    /// <summary>A copy, for a later point of the stream.</summary>
    public AdaraPrologue Copy()
    {
        var copy = new AdaraPrologue();
        foreach (var (key, packet) in _packets)
            copy._packets.Add(key, packet);
        return copy;
    }

    /// <summary>The packets, in an order that can be read.</summary>
    public IEnumerable<byte[]> Packets => _packets.Values;

    /// <summary>Takes note of a packet.</summary>
    public void Note(byte[] bytes)
    {
        AdaraPacket.TryRead(bytes, out var packet);
        var words = packet.Words;
        switch (packet.Type)
        {
            case PacketType.BeamlineInfo:
                _packets[(0, 0, 0)] = bytes;
                break;
            case PacketType.RunStatus when RunStatus.TryRead(packet, out var status):
                var isRun = status.Kind is not (RunStatus.What.EndOfRun or RunStatus.What.NoRun);
                _packets[(1, 0, 0)] = AdaraPackets.RunStatus(packet.TimeNs, isRun ? status.Run : 0, isRun ? status.StartSeconds : 0, isRun ? RunStatus.What.State : RunStatus.What.NoRun);
                break;
            case PacketType.RunInfo:
                _packets[(2, 0, 0)] = bytes;
                break;
            case PacketType.Geometry:
                _packets[(3, 0, 0)] = bytes;
                break;
            case PacketType.BeamMonitorConfiguration:
                _packets[(4, 0, 0)] = bytes;
                break;
            case PacketType.DeviceDescriptor when words.Length > 0:
                _packets[(5, words[0], 0)] = bytes;
                break;
            case PacketType.VariableU32 or PacketType.VariableDouble or PacketType.VariableString when words.Length > 1:
                _packets[(6, words[0], words[1])] = bytes;
                break;
            case PacketType.Annotation when Annotation.TryRead(packet, out var mark):
                if (mark.Kind is Annotation.Marker.Pause or Annotation.Marker.Resume)
                    _packets[(7, 0, 0)] = bytes;
                else if (mark.Kind is Annotation.Marker.ScanStart or Annotation.Marker.ScanStop)
                    _packets[(8, 0, 0)] = bytes;
                break;
        }
    }
}

using System.Runtime.InteropServices;

namespace Hutch.Reduction.Sources.Adara;

/// <summary>
/// Remembers the last packets of pulses, so that none is taken twice. Two different packets may have the same pulse id; the same packet has the same
/// beginning too (but for its flags, which may say that it comes again).
/// </summary>
internal sealed class SeenPulses
{
    // Two minutes at 60 Hz, with monitors.
    private const int Most = 16_384;
    private const int ComparedBytes = 256;
    private const int FlagsEnd = AdaraPacket.HeaderBytes + 16;

    private readonly HashSet<(ulong Id, int Hash)> _seen = [];
    private readonly Queue<(ulong Id, int Hash)> _order = new();

    /// <summary>The oldest that is remembered; 0: none.</summary>
    public ulong Oldest => _order.TryPeek(out var oldest) ? oldest.Id : 0;

    /// <summary>Takes note of a packet.</summary>
    /// <returns>False if it was here already.</returns>
    public bool Add(AdaraPacket packet)
    {
        var hash = default(HashCode);
        hash.Add((int)packet.Type);
        hash.Add(packet.Bytes.Length);
        // The packets of a pulse of mapped events are told apart by their numbers, which stand where others have their flags.
        var from = packet.Type == PacketType.MappedEvent ? AdaraPacket.HeaderBytes : FlagsEnd;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(packet.Bytes[from..Math.Min(from + ComparedBytes, packet.Bytes.Length)]))
            hash.Add(word);
        var key = (packet.PulseId, hash.ToHashCode());
        if (!_seen.Add(key))
            return false;
        _order.Enqueue(key);
        if (_order.Count > Most)
            _seen.Remove(_order.Dequeue());
        return true;
    }
}

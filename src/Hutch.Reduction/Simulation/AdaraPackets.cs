using System.Buffers.Binary;
using System.Text;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Reduction.Simulation;

/// <summary>Makes ADARA's packets, for the simulator.</summary>
internal static class AdaraPackets
{
    private const uint IsCorrected = 0x8000_0000;

    public static byte[] RunStatus(long timeNs, uint run, uint startSeconds, RunStatus.What kind) => Make(PacketType.RunStatus, 0, timeNs, [run, startSeconds, (uint)kind << 24]);

    /// <summary>The events of a pulse, of several banks of one source.</summary>
    /// <param name="timeNs">The pulse's time.</param>
    /// <param name="charge">Its charge, in units of 10 pC.</param>
    /// <param name="cycle">Its number in the cycle.</param>
    /// <param name="banks">Pairs of time of flight (100 ns) and pixel, by bank from 1 on.</param>
    public static byte[] BankedEvents(long timeNs, uint charge, uint cycle, IReadOnlyList<ArraySegment<uint>> banks)
    {
        var words = new uint[8 + (2 * banks.Count) + banks.Sum(b => b.Count)];
        uint[] head = [charge, 1_000_000_000, cycle, 0, 1, 0, IsCorrected, (uint)banks.Count];
        head.CopyTo(words, 0);
        var at = head.Length;
        for (var bank = 0; bank < banks.Count; bank++)
        {
            (words[at], words[at + 1]) = ((uint)bank + 1, (uint)banks[bank].Count / 2);
            banks[bank].AsSpan().CopyTo(words.AsSpan(at + 2));
            at += 2 + banks[bank].Count;
        }
        return Make(PacketType.BankedEvent, 1, timeNs, words);
    }

    public static byte[] MonitorEvents(long timeNs, uint charge, uint cycle, uint monitor, IReadOnlyList<uint> tofs) =>
        Make(PacketType.BeamMonitorEvent, 1, timeNs, [charge, 1_000_000_000, cycle, 0, (monitor << 22) | (uint)tofs.Count, 1, IsCorrected, .. tofs.Select(t => t & 0x1f_ffff)]);

    public static byte[] MonitorConfiguration(long timeNs, uint monitor, double distance)
    {
        var bits = BitConverter.DoubleToUInt64Bits(distance);
        return Make(PacketType.BeamMonitorConfiguration, 0, timeNs, [1, monitor, 0, 166_667, 10, (uint)bits, (uint)(bits >> 32)]);
    }

    public static byte[] Annotation(long timeNs, Annotation.Marker kind, uint scan = 0, string comment = "")
    {
        var text = Encoding.UTF8.GetBytes(comment);
        return Make(PacketType.Annotation, 0, timeNs, [((uint)kind << 16) | (uint)text.Length, scan], text);
    }

    public static byte[] Text(PacketType type, long timeNs, string text, params ReadOnlySpan<uint> before)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Make(type, 0, timeNs, [.. before, (uint)bytes.Length], bytes);
    }

    public static byte[] BeamlineInfo(long timeNs, string id, string shortName, string longName)
    {
        var text = Encoding.UTF8.GetBytes(id + shortName + longName);
        return Make(PacketType.BeamlineInfo, 0, timeNs, [(uint)(longName.Length | (shortName.Length << 8) | (id.Length << 16) | (1 << 24))], text);
    }

    public static byte[] Value(long timeNs, uint device, uint variable, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        return Make(PacketType.VariableDouble, 0, timeNs, [device, variable, 0, (uint)bits, (uint)(bits >> 32)]);
    }

    public static byte[] Value(long timeNs, uint device, uint variable, uint value) => Make(PacketType.VariableU32, 0, timeNs, [device, variable, 0, value]);

    public static byte[] Heartbeat(long timeNs) => Make(PacketType.Heartbeat, 0, timeNs, []);

    private static byte[] Make(PacketType type, uint version, long timeNs, ReadOnlySpan<uint> words, ReadOnlySpan<byte> text = default)
    {
        var payload = (words.Length * sizeof(uint)) + ((text.Length + 3) / 4 * 4);
        var bytes = new byte[AdaraPacket.HeaderBytes + payload];
        uint[] header = [(uint)payload, ((uint)type << 8) | version, AdaraPacket.SecondsOf(timeNs), (uint)(timeNs % 1_000_000_000)];
        Put(bytes, header);
        Put(bytes.AsSpan(AdaraPacket.HeaderBytes), words);
        text.CopyTo(bytes.AsSpan(AdaraPacket.HeaderBytes + (words.Length * sizeof(uint))));
        return bytes;
    }

    private static void Put(Span<byte> target, ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(target[(i * sizeof(uint))..], words[i]);
    }
}

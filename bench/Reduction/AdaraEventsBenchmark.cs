using System.Buffers.Binary;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Adara;

namespace Hutch.Bench.Reduction;

/// <summary>Banked event packets of ADARA: times of flight in units of 100 ns, 60 pulses a second.</summary>
public sealed class AdaraEventsBenchmark : EventsBenchmark
{
    private readonly long _time = EventTime.Of(DateTimeOffset.UtcNow.AddDays(-1));
    private readonly List<byte[]> _packets = [];
    private readonly AdaraStream _stream;

    public AdaraEventsBenchmark()
        : base(tofMaxUs: 16_667, unitsPerUs: 10)
    {
        _stream = new AdaraStream(Configuration, skipsWhenFull: true, geometryFile: null);
    }

    public override string Name => "adara-events";

    public override string Description => "ADARA's banked event packets parsed and histogrammed (1024 pixels x 1000 bins), events/s / numpy.bincount on arrays in memory";

    public override void Prepare()
    {
        _stream.Connected(fromStartOfRun: false);
        Take(AdaraPackets.RunStatus(_time, 1, 1, RunStatus.What.NewRun));
        base.Prepare();
    }

    private protected override void Add(int block, int[] tofs, uint[] pixels)
    {
        var pairs = new uint[2 * tofs.Length];
        for (var i = 0; i < tofs.Length; i++)
            (pairs[2 * i], pairs[(2 * i) + 1]) = ((uint)tofs[i], pixels[i]);
        // Two banks.
        _packets.Add(AdaraPackets.BankedEvents(_time + (block * 1_000_000L), 1, 0, [new ArraySegment<uint>(pairs, 0, tofs.Length), new ArraySegment<uint>(pairs, tofs.Length, tofs.Length)]));
    }

    private protected override void TakeAll()
    {
        foreach (var packet in _packets)
            Take(packet);
    }

    private protected override void EndPulse() => _stream.EndPulse(Sink, CancellationToken.None);

    private protected override void Renew()
    {
        foreach (var packet in _packets)
            BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), BinaryPrimitives.ReadUInt32LittleEndian(packet.AsSpan(8)) + 1);
    }

    private void Take(byte[] bytes)
    {
        AdaraPacket.TryRead(bytes, out var packet);
        _stream.Take(packet, Sink, CancellationToken.None);
    }
}

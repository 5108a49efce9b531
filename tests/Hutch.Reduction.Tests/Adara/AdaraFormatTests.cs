using Hutch.Reduction.Configuration;
using Hutch.Reduction.Simulation;
using Hutch.Reduction.Sources;
using Hutch.Reduction.Sources.Adara;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Adara;

/// <summary>Packets however they are cut into pieces; damaged ones never stop the listener.</summary>
public class AdaraFormatTests
{
    // HUTCH_FUZZ_MUTATIONS=1000000 for the long run.
    private static readonly int s_mutations = int.TryParse(Environment.GetEnvironmentVariable("HUTCH_FUZZ_MUTATIONS"), out var given) ? given : 50_000;

    private static readonly long s_time = EventTime.Of(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    private static ReductionConfiguration Configuration => new() { File = "test", Instrument = "FUZZ", ScriptDir = "/tmp" };

    private static byte[] Events(int pulse) => AdaraPackets.BankedEvents(s_time + (pulse * 16_666_667L), 100, 0, [new uint[] { 100, 1, 200, 2 }, new uint[] { 300, (uint)pulse }]);

    private static byte[][] Stream() =>
    [
        AdaraPackets.BeamlineInfo(s_time, "BL11A", "PG3", "POWGEN"),
        AdaraPackets.RunStatus(s_time, 7, 1, RunStatus.What.NewRun),
        AdaraPackets.Text(PacketType.RunInfo, s_time, "<runinfo><run_title>a title</run_title></runinfo>"),
        AdaraPackets.Text(PacketType.DeviceDescriptor, s_time, "<device><process_variables><process_variable><pv_name>T</pv_name><pv_id>1</pv_id></process_variable></process_variables></device>", 1),
        AdaraPackets.Value(s_time, 1, 1, 20.5),
        AdaraPackets.Value(s_time, 1, 1, 3U),
        AdaraPackets.Text(PacketType.VariableString, s_time, "text", 1, 1, 0),
        AdaraPackets.MonitorConfiguration(s_time, 1, 17),
        AdaraPackets.Annotation(s_time, Annotation.Marker.ScanStart, 1, "first"),
        Events(1),
        AdaraPackets.MonitorEvents(s_time + 16_666_667L, 100, 0, 2, [10, 20]),
        AdaraPackets.Annotation(s_time, Annotation.Marker.Pause),
        AdaraPackets.Annotation(s_time, Annotation.Marker.Resume),
        AdaraPackets.Heartbeat(s_time),
        Events(2),
        AdaraPackets.RunStatus(s_time + 40_000_000L, 7, 1, RunStatus.What.EndOfRun),
    ];

    [Fact]
    public void A_stream_cut_at_any_byte_is_the_same_stream()
    {
        var bytes = Stream().SelectMany(p => p).ToArray();
        var whole = Reduce(bytes, bytes.Length);
        Assert.Equal(6 * 16, whole.Bytes.Length);
        for (var cut = 1; cut < bytes.Length; cut++)
            Assert.Equal(whole.Bytes, Reduce(bytes, cut).Bytes);
    }

    [Fact]
    public void Everything_beside_the_events_comes_with_the_chunk()
    {
        var attributes = Reduce(Stream()[..14].SelectMany(p => p).ToArray(), 1).Attributes!;
        Assert.Equal(1000.0, attributes["proton_charge"]);
        Assert.Equal("text", ((Dictionary<string, object>)attributes["logs"]!)["T"]);
        Assert.Equal(3, ((object[])((Dictionary<string, Dictionary<string, object>>)attributes["log_values"]!)["T"]["value"]).Length);
        Assert.Equal(2L, ((Dictionary<string, Dictionary<string, object>>)attributes["monitors"]!)["2"]["count"]);
        Assert.Equal("a title", ((Dictionary<string, string>)attributes["run_info"]!)["run_title"]);
        Assert.Equal(("POWGEN", "PG3", "BL11A"), attributes["beamline"] is Dictionary<string, object> b ? ((string)b["long_name"], (string)b["short_name"], (string)b["id"]) : default);
        Assert.Equal(1, attributes["scan_index"]);
        Assert.Equal(17.0, ((Dictionary<string, object>[])attributes["monitor_settings"]!)[0]["distance"]);
    }

    [Fact]
    public void Mutated_packets_never_stop_the_listener()
    {
        var stream = new AdaraStream(Configuration, skipsWhenFull: true, geometryFile: null);
        stream.Connected(fromStartOfRun: false);
        var sink = new CountingSink();
        var random = new Random(18);
        var corpus = Stream();
        for (var i = 0; i < s_mutations; i++)
        {
            var packet = corpus[random.Next(corpus.Length)].ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(packet.Length);
                packet[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => 0xff, _ => (byte)(packet[at] ^ (1 << random.Next(8))) };
            }
            // Cut or not, the length is made to fit: what does not fit ends the connection, and is not the parser's.
            var length = random.Next(4) == 0 ? 16 + (random.Next((packet.Length - 16) / 4 + 1) * 4) : packet.Length;
            BitConverter.TryWriteBytes(packet, length - 16);
            Assert.True(AdaraPacket.TryRead(packet.AsSpan(0, length), out var read));
            stream.Take(read, sink, CancellationToken.None);
        }
        // What counts is that it still works afterwards.
        stream.Take(Read(AdaraPackets.RunStatus(s_time, 4_000_000_001, 1, RunStatus.What.NewRun)), sink, CancellationToken.None);
        stream.Take(Read(AdaraPackets.Annotation(s_time, Annotation.Marker.Resume)), sink, CancellationToken.None);
        stream.Take(Read(Events(100_000)), sink, CancellationToken.None);
        stream.EndPulse(sink, CancellationToken.None);
        Assert.Equal(3, sink.EventsOf("4000000001"));
        Assert.True(stream.Damaged > s_mutations / 100, $"only {stream.Damaged} are known as damaged");
    }

    [Fact]
    public void Lengths_that_no_packet_has_are_refused()
    {
        foreach (var length in new[] { 3U, AdaraPacket.MostPayloadBytes + 4U, uint.MaxValue, 0x8000_0000 })
            Assert.Throws<InvalidDataException>(() => AdaraPacket.TryRead([.. BitConverter.GetBytes(length), .. new byte[12]], out _));
    }

    [Fact]
    public void What_there_is_no_room_for_is_counted()
    {
        var stream = new AdaraStream(Configuration, skipsWhenFull: true, geometryFile: null);
        stream.Connected(fromStartOfRun: false);
        var sink = new CountingSink { IsFull = true };
        foreach (var packet in Stream())
            stream.Take(Read(packet), sink, CancellationToken.None);
        Assert.Equal((0L, 2L), (sink.EventsOf("7"), sink.Lost));
        Assert.Contains("6 events skipped", stream.Remarks, StringComparison.Ordinal);
    }

    [Fact]
    public void Taking_events_allocates_nothing_an_event()
    {
        var stream = new AdaraStream(Configuration with { PreserveEvents = false }, skipsWhenFull: true, geometryFile: null);
        stream.Connected(fromStartOfRun: false);
        var sink = new CountingSink { IsFull = true };
        stream.Take(Read(AdaraPackets.RunStatus(s_time, 7, 1, RunStatus.What.NewRun)), sink, CancellationToken.None);
        var packets = Enumerable.Range(0, 50).Select(p => AdaraPackets.BankedEvents(s_time + p, 1, 0, [new uint[20_000]])).ToArray();
        foreach (var packet in packets[..25])
            stream.Take(Read(packet), sink, CancellationToken.None);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var packet in packets[25..])
            stream.Take(Read(packet), sink, CancellationToken.None);
        var perEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / (25 * 10_000.0);
        Assert.True(perEvent < 0.1, $"{perEvent} bytes an event");
    }

    private static AdaraPacket Read(byte[] bytes)
    {
        Assert.True(AdaraPacket.TryRead(bytes, out var packet));
        return packet;
    }

    // As it would come from a socket, in two pieces.
    private static CountingSink Reduce(byte[] bytes, int cut)
    {
        var stream = new AdaraStream(Configuration, skipsWhenFull: false, geometryFile: null);
        stream.Connected(fromStartOfRun: false);
        var sink = new CountingSink { Keeps = true };
        var buffer = new PacketBuffer();
        foreach (var piece in new[] { bytes[..cut], bytes[cut..] })
        {
            piece.CopyTo(buffer.Room());
            buffer.Filled(piece.Length);
            while (buffer.TryNext(out var packet))
                stream.Take(packet, sink, CancellationToken.None);
        }
        stream.EndPulse(sink, CancellationToken.None);
        return sink;
    }
}

using Hutch.Reduction.Configuration;
using Hutch.Reduction.Sources.Kafka;
using Hutch.Reduction.Tests.Support;

namespace Hutch.Reduction.Tests.Kafka;

/// <summary>Messages that are whole are read as they were written; damaged ones never stop the source.</summary>
public class KafkaFormatTests
{
    // HUTCH_FUZZ_MUTATIONS=1000000 for the long run.
    private static readonly int s_mutations = int.TryParse(Environment.GetEnvironmentVariable("HUTCH_FUZZ_MUTATIONS"), out var given) ? given : 50_000;

    private static byte[] Events() => EventMessage.Write("bank1", 3, [1_000_000_000, 2_000_000_000], [0, 2], [10, 20, 30], [1, 2, 3]);

    [Fact]
    public void Values_of_every_type_and_arrays_of_them_are_read()
    {
        Assert.Equal(20.5, LogDataMessage.TryRead(LogDataMessage.Write("T", 1, 20.5))!.Value);
        var array = new FlatWriter().Text(0, "A").Scalar(1, 5L).Scalar<byte>(2, 13).Table(3, new FlatWriter().Vector<short>(0, [-1, 2])).ToMessage("f144");
        Assert.Equal(new double[] { -1, 2 }, LogDataMessage.TryRead(array)!.Value);
        Assert.Null(LogDataMessage.TryRead(new FlatWriter().Text(0, "A").Scalar<byte>(2, 21).Table(3, new FlatWriter().Scalar(0, 1)).ToMessage("f144")));
        var start = RunMessage.TryRead(RunMessage.WriteStart("LOKI", "7", "job", 5_000_000))!;
        Assert.Equal(new RunMessage("job", "7", 5_000_000, null), start with { Details = null });
        Assert.Equal(("LOKI", "LOKI_7.nxs", 1U), ((string)start.Details!.Facts["instrument"], (string)start.Details.Facts["filename"], (uint)start.Details.Facts["periods"]));
        Assert.Equal(new RunMessage("job", "7", null, 6_000_000), RunMessage.TryRead(RunMessage.WriteStop("7", "job", 6_000_000)));
    }

    [Fact]
    public void A_map_of_spectra_that_is_no_pair_is_damage()
    {
        static byte[] Start(int[] spectra, int[] detectors) => new FlatWriter().Scalar(0, 5UL).Text(2, "7").Text(5, "job")
            .Table(10, new FlatWriter().Vector<int>(0, spectra).Vector<int>(1, detectors).Scalar(2, spectra.Length)).Text(11, "no JSON").ToMessage("pl72");
        var whole = RunMessage.TryRead(Start([1, 1, 2], [10, 11, 12]))!.Details!;
        Assert.Equal((1, 1, 2, "no JSON"), (whole.SpectrumOf![10], whole.SpectrumOf[11], whole.SpectrumOf[12], (string)whole.Facts["metadata"]));
        Assert.Null(RunMessage.TryRead(Start([1, 2], [10, 11, 12])));
    }

    [Fact]
    public void Every_cut_of_a_message_is_refused()
    {
        var message = Events();
        Assert.True(EventMessage.TryRead(message, out var whole) && whole.SourceName == "bank1" && whole.PixelId.SequenceEqual(new uint[] { 1, 2, 3 }));
        for (var length = 0; length < message.Length; length++)
            Assert.False(EventMessage.TryRead(message.AsSpan(0, length), out _));
    }

    [Fact]
    public void Mutated_messages_never_stop_the_source()
    {
        var configuration = new ReductionConfiguration { File = "test", Instrument = "FUZZ", ScriptDir = "/tmp", PulsesPerChunk = 1 };
        using var source = new KafkaSource(KafkaAddress.TryParse("kafka://127.0.0.1:1/events")!, configuration);
        var sink = new CountingSink();
        var random = new Random(18);
        byte[][] corpus = [[], LogDataMessage.Write("T", 1, 20.5), RunMessage.WriteStart("LOKI", "7", "job", 5_000_000), RunMessage.WriteStop("7", "job", 6_000_000)];
        for (var i = 0; i < s_mutations; i++)
        {
            corpus[0] = EventMessage.Write("bank1", i, [1_000_000_000, 2_000_000_000], [0, 2], [10, 20, 30], [1, 2, 3]);
            var message = corpus[random.Next(corpus.Length)].ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(message.Length);
                message[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => 0xff, _ => (byte)(message[at] ^ (1 << random.Next(8))) };
            }
            source.Take(random.Next(4) == 0 ? message[..random.Next(message.Length)] : message, sink, CancellationToken.None);
        }
        // What counts is that it still works afterwards.
        // The last millisecond that there is: a damaged beginning of a run may lie anywhere before it.
        const long Later = 9_223_372_036_854_000_000;
        source.Take(RunMessage.WriteStart("LOKI", "after", "another job", Later), sink, CancellationToken.None);
        source.Take(EventMessage.Write("bank9", 3, [Later], [0], [10, 20, 30], [1, 2, 3]), sink, CancellationToken.None);
        Until.True(() =>
        {
            source.EndRun(sink, CancellationToken.None);
            return sink.EventsOf("after") == 3;
        }, "the events of a whole message are handed over");
        Assert.True(sink.Lost > s_mutations / 100);
    }
}

using Hutch.Reduction.Sources.Kafka;

namespace Hutch.Bench.Reduction;

/// <summary>Messages of schema ev44: times of flight in nanoseconds, 14 pulses a second.</summary>
public sealed class KafkaEventsBenchmark : EventsBenchmark
{
    private readonly List<byte[]> _messages = [];
    private KafkaSource? _source;

    public KafkaEventsBenchmark()
        : base(tofMaxUs: 71_428, unitsPerUs: 1000)
    {
    }

    public override string Name => "kafka-events";

    public override string Description => "ev44 messages parsed and histogrammed (1024 pixels x 1000 bins), events/s / numpy.bincount on arrays in memory";

    public override void Prepare()
    {
        _source = new KafkaSource(KafkaAddress.TryParse("kafka://127.0.0.1:1/events")!, Configuration);
        base.Prepare();
    }

    private protected override void Add(int block, int[] tofs, uint[] pixels) => _messages.Add(EventMessage.Write("bank1", block, [1_000_000_000L + block], [0], tofs, pixels));

    private protected override void TakeAll()
    {
        foreach (var message in _messages)
            _source!.Take(message, Sink, CancellationToken.None);
    }

    protected override void Dispose(bool disposing)
    {
        _source?.Dispose();
        base.Dispose(disposing);
    }
}

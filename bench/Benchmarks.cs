using Hutch.Bench.Bus;
using Hutch.Bench.Detectors;

namespace Hutch.Bench;

/// <summary>All benchmarks, made without starting anything; a new one is a class and a line here.</summary>
public static class Benchmarks
{
    public static IReadOnlyList<Benchmark> Create() =>
    [
        new ReceiverBenchmark("jungfrau", trains: true, bar: 0.9),
        new ReceiverBenchmark("eiger", trains: true, bar: 0.9),
        new ReceiverBenchmark("jungfrau", trains: false, bar: 0.8),
        new ReceiverBenchmark("eiger", trains: false, bar: 0.8),
        new ReceiverBenchmark("jungfrau", trains: true, bar: 0.2, copies: true),
        new WriterBenchmark(megabytes: 2, bar: 0.95),
        new WriterBenchmark(megabytes: 8, bar: 0.95),
        new WriterBenchmark(megabytes: 32, bar: 0.95),
        new WriterBenchmark(megabytes: 8, bar: 0.2, copies: true),
        new SmallImagesBenchmark(10_000),
        new SmallImagesBenchmark(200_000),
        new CompressorBenchmark(),
        new ConverterBenchmark("gains", "jungfrau-converted", modules: 1, bar: 0.7),
        new ConverterBenchmark("packed12", "gigafrost", modules: 8, bar: 0.8),
        new ConverterBenchmark("eiger", "eiger", modules: 4, bar: 0.95),
        new ConverterBenchmark("eiger-vs-rows", "eiger", modules: 4, bar: 1, rowByRow: true),
        new SynchroniserBenchmark(modules: 1, bar: 0.5),
        new SynchroniserBenchmark(modules: 8, bar: 0.18),
        new SynchroniserBenchmark(modules: 72, bar: 0.2),
        new RestBenchmark(RestBenchmark.Cost.Processor, limit: 0.1),
        new RestBenchmark(RestBenchmark.Cost.Memory, limit: 30),
        new RestBenchmark(RestBenchmark.Cost.Start, limit: 120),
        new LatencyBenchmark(written: false),
        new LatencyBenchmark(written: true),
        new ReplicationBenchmark(),
        new SoakBenchmark(),
        new Services.StartStopBenchmark(),
        new Services.HostedServiceBenchmark(),
        new Services.QueryBenchmark(),
        new Requests.RequestRoundTripBenchmark(),
        new Requests.RequestKillBenchmark(),
        new CallBenchmark("bus-amqp-sequential", BrokerKind.RabbitMq, inFlight: 1, processes: 1, bar: 0.85),
        new CallBenchmark("bus-amqp-100", BrokerKind.RabbitMq, inFlight: 100, processes: 1, bar: 0.8),
        new CallBenchmark("bus-amqp-100-3-processes", BrokerKind.RabbitMq, inFlight: 100, processes: 3, bar: 0.8),
        new CallBenchmark("bus-amqp-p99", BrokerKind.RabbitMq, inFlight: 1, processes: 1, bar: 1 / 3.0, latency: true),
        new CallBenchmark("bus-redis-sequential", BrokerKind.Redis, inFlight: 1, processes: 1, bar: 0.5),
        new CallBenchmark("bus-redis-100", BrokerKind.Redis, inFlight: 100, processes: 1, bar: 0.5),
        new CallBenchmark("bus-redis-100-3-processes", BrokerKind.Redis, inFlight: 100, processes: 3, bar: 0.5),
        new KombuBenchmark("bus-amqp-vs-kombu", BrokerKind.RabbitMq, inFlight: 1, processes: 1),
        new KombuBenchmark("bus-amqp-vs-kombu-10", BrokerKind.RabbitMq, inFlight: 10, processes: 3),
        new KombuBenchmark("bus-redis-vs-kombu", BrokerKind.Redis, inFlight: 1, processes: 1),
        new KombuBenchmark("bus-redis-vs-kombu-10", BrokerKind.Redis, inFlight: 10, processes: 3),
        new MemoryBenchmark(),
        new TimeoutBenchmark(),
        new Web.RestUnderLoadBenchmark(),
        new Epics.EpicsBufferBenchmark(),
        new Fleet.FleetWatchBenchmark(),
        new Web.ViewersBenchmark(),
        new Web.MetricsBenchmark(),
        new Reduction.KafkaEventsBenchmark(),
        new Reduction.ReductionOverheadBenchmark("reduction-overhead", "output = {'rows': input.sum(axis=1, dtype='u8')}", "8 MiB in, rows out"),
        new Reduction.ReductionOverheadBenchmark("reduction-overhead-images", "output = input", "8 MiB in, 8 MiB out and summed"),
    ];
}

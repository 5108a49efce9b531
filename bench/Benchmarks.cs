using Hutch.Bench.Detectors;

namespace Hutch.Bench;

/// <summary>All benchmarks, made without starting anything; a new one is a class and a line here.</summary>
public static class Benchmarks
{
    public static IReadOnlyList<Benchmark> Create() =>
    [
        new ReceiverBenchmark(),
        new ReceiverCopyBenchmark(),
        new WriterDdBenchmark(),
        new WriterCopyBenchmark(),
        new Services.StartStopBenchmark(),
        new Services.HostedServiceBenchmark(),
        new Services.QueryBenchmark(),
        new Requests.RequestRoundTripBenchmark(),
        new Requests.RequestKillBenchmark(),
    ];
}

namespace Hutch.Bench;

/// <summary>All benchmarks; a new one is a class and a line here.</summary>
public static class Benchmarks
{
    public static IReadOnlyList<Benchmark> Create() =>
    [
        new Requests.RequestRoundTripBenchmark(),
        new Requests.RequestKillBenchmark(),
    ];
}

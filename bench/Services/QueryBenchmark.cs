using System.Diagnostics;
using System.Globalization;
using Hutch.Services;
using Hutch.Services.Scopes;

namespace Hutch.Bench.Services;

/// <summary>The first example query over 100,000 registered services, against the same filter over a plain array.</summary>
public sealed class QueryBenchmark : Benchmark
{
    private const int Count = 100_000;
    private const int Repeats = 20;

    private readonly Session _session = new("query");
    private Service[] _plain = [];

    public override string Name => "service-query";

    public override string Description => "FindServicesFromAllSources().Alive().FindNoAliveDependants() over 100,000: Array.FindAll by state alone / the whole query (10 ms is the limit)";

    public override double Bar => 0.1;

    public override void Prepare()
    {
        var random = new Random(1);
        _plain = [.. Enumerable.Range(0, Count).Select(i => new IdleService($"q{i}") { Container = ServiceContainer.Pool, Scope = _session })];
        // Some depend on others; most of the running ones are independent, as in life.
        for (var i = 1; i < Count; i += 100)
            _plain[i].DependsOn(_plain[random.Next(i)]);
        _session.Add(_plain);
        foreach (var service in _plain.Take(5_000))
            service.Start();
    }

    public override int Samples => 21;

    public override double Sample(TextWriter log)
    {
        GC.Collect(); // neither side pays for the other's garbage
        var (plain, ours) = (Time(() => Array.FindAll(_plain, s => s.State.IsAtWork()).Length), Time(() => ServiceRegistry.FindServicesFromAllSources().Alive().FindNoAliveDependants().Count));
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  filter {plain.TotalMilliseconds:0.00} ms, query {ours.TotalMilliseconds:0.00} ms"));
        return plain / ours;
    }

    protected override void Dispose(bool disposing) => _session.Dispose();

    private static TimeSpan Time(Func<int> query)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Repeats; i++)
        {
            if (query() == 0)
                throw new InvalidOperationException("nothing was found");
        }
        return Stopwatch.GetElapsedTime(begun) / Repeats;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;

namespace Hutch.Services.Counting;

/// <summary>
/// What the services of this process count, each number as an observable counter of the meter <c>Hutch</c> with the tag
/// <c>service</c>. A number is read when a reader asks, so counting costs the service nothing.
/// </summary>
public static class ServiceCounts
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Hutch";

    private static readonly Meter Meter = new(MeterName);
    private static readonly ConcurrentDictionary<string, ObservableCounter<long>> Instruments = new();
    private static readonly ConditionalWeakTable<Service, List<Observed>> Services = [];

    /// <summary>Has a number of a service observed, for as long as the service is at work.</summary>
    /// <param name="service">Whose it is.</param>
    /// <param name="name">What is counted, dotted, such as <c>hutch.receiver.packets</c>.</param>
    /// <param name="unit">Of what: <c>{packet}</c>, <c>{image}</c>, <c>By</c>.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="value">Reads it; called from any thread.</param>
    public static void Observe(Service service, string name, string unit, string description, Func<long> value)
    {
        ArgumentNullException.ThrowIfNull(service);
        var all = Services.GetOrCreateValue(service);
        lock (all)
            all.Add(new Observed(name, unit, value));
        _ = Instruments.GetOrAdd(name, n => Meter.CreateObservableCounter(n, () => Measure(n), unit, description));
    }

    /// <summary>What the chosen services of this process that are at work have counted; the same number of several is added up.</summary>
    public static IReadOnlyList<ServiceCount> Read(Func<Service, bool> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        return [.. AtWork().Where(s => choose(s.Key)).SelectMany(s => Of(s.Value)).GroupBy(o => (o.Name, o.Unit))
            .Select(g => new ServiceCount(g.Key.Name, g.Key.Unit, g.Sum(o => o.Value())))];
    }

    private static IEnumerable<Measurement<long>> Measure(string name) =>
        from service in AtWork()
        from observed in Of(service.Value)
        where observed.Name == name
        select new Measurement<long>(observed.Value(), new KeyValuePair<string, object?>("service", service.Key.ServiceName));

    private static IEnumerable<KeyValuePair<Service, List<Observed>>> AtWork() => Services.Where(s => s.Key.IsServiceAlive);

    private static Observed[] Of(List<Observed> all)
    {
        lock (all)
            return [.. all];
    }

    private sealed record Observed(string Name, string Unit, Func<long> Value);
}

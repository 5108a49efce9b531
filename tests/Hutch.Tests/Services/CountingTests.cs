using System.Diagnostics.Metrics;
using Hutch.Services;
using Hutch.Services.Counting;

namespace Hutch.Tests.Services;

/// <summary>What services count, as others read it.</summary>
public class CountingTests
{
    [Fact]
    public void A_service_has_the_counts_of_its_parts_added_up_while_they_are_at_work()
    {
        using var whole = new Counter("whole");
        using var other = new Counter("other");
        using var part = new Counter("part") { PartOf = whole };
        foreach (var (service, value) in new[] { (whole, 2), (other, 100), (part, 3) })
        {
            ServiceCounts.Observe(service, "hutch.test.images", "{image}", "Images.", () => value);
            service.Start();
        }
        ServiceCounts.Observe(part, "hutch.test.bytes", "By", "Bytes.", () => 7);

        Assert.Equal([new ServiceCount("hutch.test.images", "{image}", 5), new ServiceCount("hutch.test.bytes", "By", 7)], whole.Counts);
        part.Kill();
        Assert.Equal([new ServiceCount("hutch.test.images", "{image}", 2)], whole.Counts);
    }

    [Fact]
    public void A_meter_has_each_number_with_the_name_of_its_service()
    {
        using var service = new Counter("metered");
        ServiceCounts.Observe(service, "hutch.test.one", "{image}", "One.", () => 1);
        ServiceCounts.Observe(service, "hutch.test.two", "{image}", "Two.", () => 2);
        service.Start();
        var seen = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == ServiceCounts.MeterName && instrument.Name is "hutch.test.one" or "hutch.test.two")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => seen.Add($"{instrument.Name}={value} {string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}"))}"));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(["hutch.test.one=1 service=metered", "hutch.test.two=2 service=metered"], seen.Order());
    }

    [Theory]
    [InlineData(10, 25, 2, 7.5)]
    [InlineData(10, 10, 2, 0)]
    [InlineData(10, 4, 2, 0)]    // reset
    [InlineData(10, 25, 0, 0)]   // two readings at once
    public void A_rate_is_the_growth_in_the_time_between_two_readings(long before, long now, double seconds, double expected)
    {
        var rates = CountRate.Between([new CountRate("a", "{image}", before, 0)], [new ServiceCount("a", "{image}", now), new ServiceCount("new", "By", 9)], TimeSpan.FromSeconds(seconds));
        Assert.Equal([new CountRate("a", "{image}", now, expected), new CountRate("new", "By", 9, 0)], rates);
    }
}

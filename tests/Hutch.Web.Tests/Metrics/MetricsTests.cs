using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Tests.Servers;
using Hutch.Web.Metrics;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Metrics;

[Collection(SharedInstrument.Collection)]
public sealed class MetricsTests(SharedInstrument shared)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Acquisition Acquisition => shared.Instrument.Daq.Status.Acquisition!;

    [Fact]
    public void Numbers_are_written_as_Prometheus_reads_them()
    {
        using var meter = new Meter("Test.Prometheus");
        meter.CreateObservableCounter("a.packets", () => new[] { new Measurement<long>(7, new KeyValuePair<string, object?>("who", "x\"y\\z")) }, "{packet}", "Packets.\nAll.");
        meter.CreateObservableCounter("a.traffic", () => 8L, "By");
        meter.CreateObservableGauge("b.load", () => 0.25, "1");
        meter.CreateObservableGauge("b.age", () => 1.5, "s");
        meter.CreateCounter<long>("c").Add(3);   // nobody listened: not known
        Assert.Equal("""
            # HELP a_packets_total Packets.\nAll.
            # TYPE a_packets_total counter
            a_packets_total{who="x\"y\\z"} 7
            # TYPE a_traffic_bytes_total counter
            a_traffic_bytes_total 8
            # TYPE b_age_seconds gauge
            b_age_seconds 1.5
            # TYPE b_load_ratio gauge
            b_load_ratio 0.25

            """, PrometheusText.Write(m => m == meter), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Scrapes_during_a_run_follow_it_and_the_last_one_equals_ledger_and_file()
    {
        var (client, name) = (shared.Instrument.Client, shared.Instrument.Configuration.DetectorName);
        var file = shared.Instrument.NewFile();
        var before = await ScrapeAsync();
        var (status, _) = await client.PostAsync("/api/v1/acquisitions", new JsonObject { ["n_images"] = 1_000_000, ["output_file"] = file });   // it runs until it is stopped
        Assert.Equal(HttpStatusCode.Created, status);
        var seen = new SortedSet<double>();
        await Eventually.TrueAsync(async () =>
        {
            var low = Acquisition.Statistics.Completed;
            var written = (await ScrapeAsync())["hutch_acquisition_images_written"];
            Assert.InRange(written, low, Acquisition.Statistics.Completed);
            seen.Add(written);
            return seen.Count > 2;
        }, TimeSpan.FromSeconds(60), () => $"the number of images follows the run; scraped: {string.Join(", ", seen)}");
        using (await client.PostAsync("/writer/stop", null, Cancel))
            await Eventually.TrueAsync(() => Acquisition.HasEnded, "the acquisition ends");

        var last = await ScrapeAsync();
        foreach (var row in Acquisition.Ledger!.Stages)
            Assert.Equal(row.Passed, last[$"hutch_acquisition_ledger_passed{{stage=\"{row.Stage}\",unit=\"{row.Unit}\"}}"]);
        var rows = (double)(await client.GetJsonAsync($"/api/v1/h5grove/meta?file={file}&path=/{name}/data"))["shape"]![0]!;
        Assert.InRange(rows, seen.Max, double.MaxValue);
        Assert.Equal(rows, last["hutch_acquisition_images_written"]);
        var writer = $"hutch_writer_images_total{{service=\"writer-{name}\"}}";
        Assert.Equal(rows, last[writer] - before[writer]);

        async Task<Dictionary<string, double>> ScrapeAsync() => (await client.GetStringAsync("/metrics", Cancel)).Split('\n').Where(l => l.Length > 0 && l[0] != '#')
            .ToDictionary(l => l[..l.LastIndexOf(' ')], l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_scrape_has_what_the_stages_count_and_health_what_makes_progress()
    {
        var text = await shared.Instrument.Client.GetStringAsync("/metrics", Cancel);
        var name = shared.Instrument.Configuration.DetectorName;
        Assert.Contains($"hutch_receiver_packets_total{{service=\"udp-receiver-{name}-0\"}}", text, StringComparison.Ordinal);
        Assert.Contains("hutch_store_away 0", text, StringComparison.Ordinal);
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            using var answer = await shared.Instrument.Client.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("ok", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!["status"]);
        }
    }
}

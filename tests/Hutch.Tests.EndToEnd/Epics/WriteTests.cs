using System.Text.Json;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>The whole path with real Redis and RabbitMQ; h5py says whether the file holds what the IOC sent.</summary>
public sealed class WriteTests(RedisServer redis, RabbitMqServer broker) : IClassFixture<RedisServer>, IClassFixture<RabbitMqServer>
{
    [Fact]
    public void A_request_gets_every_value_with_its_time_stamp_status_and_pulse_id()
    {
        using var path = new EpicsPath(redis.Url, $"amqp://127.0.0.1:{broker.Port}");
        var start = path.After(200);
        var stop = path.After(300);
        path.After(20);
        var file = path["folder/out.h5"];

        var (exitCode, output) = path.Request(new
        {
            start_pulse_id = start,
            stop_pulse_id = stop,
            channels = EpicsPath.Pvs.Append("b:none"),
            output_file = file,
            metadata = new { general = "Ångström", instrument = "simulated" },
            run_log_file = path["run.log"],
        });

        Assert.True(exitCode == 0, output);
        var report = path.Compare(file, start, stop);
        foreach (var pv in EpicsPath.Pvs)
            Assert.Equal(0, report.GetProperty("missing").GetProperty(pv).GetInt32());
        // A machine that stands still posts less than 20 values a second.
        var times = path.Simulator.Record(EpicsPath.Pulse).ToDictionary(p => (long)p.Value[0].GetDouble(), p => p.Time);
        var posted = path.Simulator.Record("b:temperature").Count(p => p.Time >= times[start] && p.Time <= times[stop]);
        Assert.True(posted > 20, $"{posted}");
        Assert.True(report.GetProperty("rows").GetProperty("b:temperature").GetInt32() >= posted, report.ToString());
        Assert.Equal("""{"b:temperature": "<f8", "b:slow": "<i4", "b:text": "string", "b:texts": "string", "b:array": "<f4", "b:enum": "<u2", "b:short": "<i2", "b:char": "|u1"}""", report.GetProperty("types").GetRawText());
        Assert.Equal("Ångström", report.GetProperty("metadata").GetProperty("general").GetString());
        Assert.Equal("simulated", report.GetProperty("metadata").GetProperty("instrument").GetString());
        Assert.Contains("b:none", output, StringComparison.Ordinal);

        var log = File.ReadAllText(path["run.log"]);
        Assert.Contains($"[epics-writer] Requesting file {file} for pulse_id range {start} to {stop} with 9 channels.", log, StringComparison.Ordinal);
        Assert.Matches(@"\[epics-writer\] Request .* completed in \d+\.\d\d seconds\.", log);
        Assert.Matches(@"\t\[b:temperature\] Point count \d+ \(\d+\[\d+\)\d+\)", log);
        Assert.Contains("\t[b:none] No data", log, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_a_clear_failure_and_leaves_no_file()
    {
        using var path = new EpicsPath($"redis://127.0.0.1:{redis.Port}/1", $"redis://127.0.0.1:{redis.Port}/2");
        var newest = path.After(100);
        var file = path["out.h5"];
        object Request(long start, long stop) => new { start_pulse_id = start, stop_pulse_id = stop, channels = new[] { "b:slow" }, output_file = file, run_log_file = path["run.log"] };

        void Fails(object request, string reason)
        {
            var (exitCode, output) = path.Request(request, validated: false);
            Assert.Equal(1, exitCode);
            Assert.Contains(reason, JsonDocument.Parse(output).RootElement.GetProperty("services").GetProperty("epics-writer").EnumerateArray().Last().GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(file)!, "out.h5*"));
        }

        Fails(Request(newest - 10, newest + 100_000), "not in the buffer yet");
        Fails(Request(1, newest - 10), "is no longer in the buffer");
        Fails(Request(newest, newest - 1), "after stop_pulse_id");
        Fails(new { start_pulse_id = newest, stop_pulse_id = newest, output_file = file }, "channels");
        Assert.Contains("not in the buffer yet", File.ReadAllText(path["run.log"]), StringComparison.Ordinal);
    }
}

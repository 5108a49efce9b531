using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>Whatever is killed: what could not be recorded is a gap in the file, never a value, and the status says so.</summary>
public sealed class FaultTests(RedisServer redis, RabbitMqServer broker) : IClassFixture<RedisServer>, IClassFixture<RabbitMqServer>
{
    // The order of the kills: another one each run, and again the same with HUTCH_CHAOS_SEED.
    private static readonly int Seed = Environment.GetEnvironmentVariable("HUTCH_CHAOS_SEED") is { Length: > 0 } given ? int.Parse(given) : Random.Shared.Next();

    [Fact]
    public async Task Whatever_is_killed_gaps_are_recorded_as_gaps()
    {
        using var path = new EpicsPath(redis.Url, $"amqp://127.0.0.1:{broker.Port}");
        var start = path.After(150);
        var kills = new (string Name, Func<Task> Kill)[]
        {
            ("ioc", () =>
            {
                path.Simulator.Kill();
                path.Simulator.Restart();
                return Task.CompletedTask;
            }),
            ("buffer", () =>
            {
                path.Kill("buffer");
                path.After(50);
                path.StartBuffer();
                return Task.CompletedTask;
            }),
            ("store", async () =>
            {
                KillRedis();
                path.After(100);
                await redis.RestartAsync();
            }),
            ("writer", () =>
            {
                path.Kill("writer");
                path.StartWriter();
                return Task.CompletedTask;
            }),
        };
        new Random(Seed).Shuffle(kills);
        foreach (var (_, kill) in kills)
        {
            await kill();
            WaitForNewValues(path);
        }
        var stop = path.After(100);
        path.After(100);

        var file = path["out.h5"];
        var (exitCode, output) = path.Request(new { start_pulse_id = start, stop_pulse_id = stop, channels = EpicsPath.Pvs, output_file = file });

        var after = $"after {string.Join(", ", kills.Select(k => k.Name))} (HUTCH_CHAOS_SEED={Seed}): ";
        Assert.True(exitCode == 0, after + output);
        var report = path.Compare(file, start, stop, redis.Port, after);
        foreach (var pv in EpicsPath.Pvs)
            Assert.True(report.GetProperty("disconnected").GetProperty(pv).GetInt32() >= 2, $"{pv}: {report.GetProperty("disconnected")}");   // the IOC's death, and the buffer's
        Assert.True(report.GetProperty("missing_pulses").GetInt32() > 0);
        var result = JsonDocument.Parse(output).RootElement.GetProperty("services").GetProperty("epics-writer").EnumerateArray().Last().GetProperty("message");
        Assert.True(result.GetProperty("missing_pulses").GetInt32() > 0, output);
        Assert.Equal(EpicsPath.Pvs.Count, result.GetProperty("gaps").EnumerateObject().Count());
    }

    [Fact]
    public void A_writer_that_dies_in_the_middle_of_a_file_leaves_none_that_looks_complete_and_its_successor_says_so()
    {
        using var path = new EpicsPath($"redis://127.0.0.1:{redis.Port}/1", $"amqp://127.0.0.1:{broker.Port}");
        var start = path.After(50);
        path.After(100);
        var file = path["killed.h5"];
        // Thousands of PVs that nobody has: the writer is at it for a while.
        var channels = EpicsPath.Pvs.Concat(Enumerable.Range(0, 5000).Select(i => $"b:none:{i}")).ToList();
        File.WriteAllText(path["request.json"], JsonSerializer.Serialize(new { start_pulse_id = start, stop_pulse_id = start + 50, channels, output_file = file }));
        using var send = ChildProcess.Hutch("request", "send", "epics", path["request.json"], "--bus", $"amqp://127.0.0.1:{broker.Port}", "--timeout", "50", "--service", "epics-writer");
        var begun = new FileInfo(file + ".incomplete");
        long? size = null;
        bool Grows()
        {
            begun.Refresh();
            var grown = begun.Exists && size is { } before && begun.Length > before;
            size ??= begun.Exists ? begun.Length : null;
            return grown || File.Exists(file);
        }
        Wait.Until(Grows, () => $"the writer is in the middle of the file: {size}");
        path.Kill("writer");

        Assert.False(File.Exists(file));
        Assert.True(File.Exists(file + ".incomplete"));

        path.StartWriter();
        send.WaitForOutput("request_fail .*epics-writer ended while it had this request; send it again");
        var (exitCode, output) = path.Request(new { start_pulse_id = start, stop_pulse_id = start + 50, channels = EpicsPath.Pvs, output_file = file });
        Assert.True(exitCode == 0, output);
        path.Compare(file, start, start + 50);
        Assert.False(File.Exists(file + ".incomplete"));
    }

    [Fact]
    public void The_configuration_is_read_again_on_SIGHUP_and_a_wrong_one_changes_nothing()
    {
        using var path = new EpicsPath($"redis://127.0.0.1:{redis.Port}/3", $"redis://127.0.0.1:{redis.Port}/4");
        var file = File.ReadAllText(path["buffer.json"]);
        Assert.Contains("\"b:none\"", file, StringComparison.Ordinal);
        File.WriteAllText(path["buffer.json"], file.Replace("\"b:none\"", "\"b:pulse\"", StringComparison.Ordinal));
        path.Signal("buffer", ChildProcess.SigHup);
        path.WaitForLog("buffer", "1 PVs were added, 1 removed");
        Wait.Until(() => path.BufferedPv(EpicsPath.Pulse) is { } pv && (long?)pv["events"] > 10, () => $"the new PV is collected: {path.BufferedPv(EpicsPath.Pulse)}");

        File.WriteAllText(path["buffer.json"], file.Replace("b:none", "no name", StringComparison.Ordinal));
        path.Signal("buffer", ChildProcess.SigHup);
        path.WaitForLog("buffer", "the configuration is unchanged: 'no name' is not a valid PV name");
        Assert.Equal([.. EpicsPath.Pvs.Append(EpicsPath.Pulse).Order(StringComparer.Ordinal)], path.BufferedPvs());
    }

    // New values of a PV that changes are in the store, so that everything works again. libca searches ten seconds after a loss.
    private void WaitForNewValues(EpicsPath path)
    {
        var before = path.NewestPulse;
        Wait.Until(() => NewestStoredPulse() > before, () => $"no pulse after {before} in the store; buffer: {path.Log("buffer")}");
        path.After(30);
    }

    private long NewestStoredPulse()
    {
        using var client = ChildProcess.Start("redis-cli", ["-p", $"{redis.Port}", "--raw", "xrevrange", "pulse_id", "+", "-", "count", "1"]);
        client.WaitForExit();
        return long.TryParse(client.Output.Split('-')[0], out var pulse) ? pulse : 0;
    }

    private void KillRedis()
    {
        using var info = ChildProcess.Start("redis-cli", ["-p", $"{redis.Port}", "info", "server"]);
        var pid = int.Parse(info.WaitForOutput(@"process_id:(\d+)").Groups[1].Value);
        System.Diagnostics.Process.GetProcessById(pid).Kill();
    }
}

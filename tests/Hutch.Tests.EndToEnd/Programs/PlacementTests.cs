using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Programs;

/// <summary>Where the programs of the data path run: on which processors, before whom, and in how many processes.</summary>
public class PlacementTests
{
    [Fact]
    public void The_threads_of_a_program_run_on_the_processors_that_were_named()
    {
        using var detector = SampleDetectors.Eiger();
        using var receiver = ChildProcess.Hutch("run", "udp-receiver", "--config", detector.ConfigFile, "--frame-slots", "4", "--cpu", "0");

        Wait.Until(() => Threads(receiver).Count(t => t.Processors == "0") == 4, receiver.ToString);

        Assert.All(Threads(receiver).Where(t => t.Processors == "0"), t => Assert.StartsWith("udp-receiver", t.Name, StringComparison.Ordinal));
        DataPath.Stop(receiver);
    }

    [Theory]
    [InlineData("1000", "processor 1000 is not one this process may use", 1)]
    [InlineData("1-", "such as 2-5,8", 2)]
    public void A_processor_that_cannot_be_is_an_error_before_anything_starts(string list, string message, int exitCode)
    {
        using var detector = SampleDetectors.Eiger();
        using var writer = ChildProcess.Hutch("run", "writer", "--config", detector.ConfigFile, "--images", "1", "--output", detector.OutputFile, "--cpu", list);

        Assert.Equal(exitCode, writer.WaitForExit());
        Assert.Contains(message, writer.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(detector.OutputFile));
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void Who_may_not_use_real_time_priorities_is_told_how_to_allow_it()
    {
        using var detector = SampleDetectors.Eiger();
        using var compressor = ChildProcess.Start("/usr/bin/setpriv",
            ["--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice", "prlimit", "--rtprio=0", Repository.Launcher, "run", "compressor", "--config", detector.ConfigFile, "--realtime", "20"]);

        Assert.Equal(1, compressor.WaitForExit());
        Assert.Contains("--realtime 20: user", compressor.Errors, StringComparison.Ordinal);
        Assert.Contains("LimitRTPRIO=20", compressor.Errors, StringComparison.Ordinal);
        detector.AssertNothingIsLeft();
    }

    [Fact]
    public void All_programs_run_as_threads_of_one_process_when_the_beamline_file_says_so()
    {
        using var detector = SampleDetectors.Small("jungfrau");
        File.WriteAllText(detector.Folder["one process.json"], Beamline(detector).ToJsonString());
        using var up = ChildProcess.Hutch("up", detector.Folder["one process.json"], "--plain");
        up.WaitForOutput($"synchroniser-{detector.Name}: subscribers: 1");
        up.WaitForOutput($"compressor-{detector.Name}: subscribers: 1");
        up.WaitForOutput($"udp-receiver-{detector.Name}-1: subscribers: 1");
        using (var simulator = ChildProcess.Hutch("run", "udp-simulator", "--config", detector.ConfigFile, "--images", "10", "--rate", "10"))
            simulator.Succeed();
        Wait.Until(() => Threads(up).All(t => t.Name != $"writer-{detector.Name}"[..Math.Min(15, $"writer-{detector.Name}".Length)]), up.ToString);

        Assert.Contains(Threads(up), t => t.Name.StartsWith("udp-receiver", StringComparison.Ordinal));
        Assert.Contains(Threads(up), t => t.Name.StartsWith("compressor", StringComparison.Ordinal));
        DataPath.Stop(up);
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(10);
    }

    private static JsonObject Beamline(TestDetector detector)
    {
        JsonObject Service(string name, string program, params (string Name, JsonNode Value)[] options)
        {
            var all = new JsonObject { ["config"] = detector.ConfigFile };
            foreach (var (option, value) in options)
                all[option] = value;
            return new JsonObject { ["name"] = name, ["program"] = program, ["container"] = "thread", ["restart"] = "never", ["options"] = all };
        }

        return new JsonObject
        {
            ["name"] = detector.Name,
            ["services"] = new JsonArray(
                Service("receiver", "udp-receiver", ("frame-slots", 20)),
                Service("assembler", "assembler", ("frame-slots", 20), ("image-slots", 20)),
                Service("compressor", "compressor", ("image-slots", 20), ("workers", 2)),
                Service("writer", "writer", ("image-slots", 20), ("compressed", true), ("images", 10), ("output", detector.OutputFile))),
        };
    }

    // /proc/PID/task/TID/status: "Name:\tudp-receiver-e2", "Cpus_allowed_list:\t0-1"
    private static List<(string Name, string Processors)> Threads(ChildProcess program)
    {
        var threads = new List<(string, string)>();
        foreach (var folder in Directory.GetDirectories($"/proc/{program.Pid}/task"))
        {
            try
            {
                var lines = File.ReadAllLines(Path.Combine(folder, "status"));
                threads.Add((lines[0].Split('\t')[1], lines.First(l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1]));
            }
            catch (Exception error) when (error is IOException or IndexOutOfRangeException)
            {
                // it has ended
            }
        }
        return threads;
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Bench.Detectors;

/// <summary>A beamline of twenty programs that have nothing to do (14 receivers, and all that is needed once), with the supervisor that watches them: what they take of a processor together.</summary>
public sealed class IdleBeamlineBenchmark : Benchmark
{
    private const double LimitPercent = 1;
    private const int Modules = 14;
    private const int Services = Modules + 6;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _name = $"bench-{Environment.ProcessId}";
    private DirectoryInfo? _folder;
    private Process? _up;

    public override string Name => "beamline-at-rest";

    public override string Description => $"{LimitPercent} % / what a beamline of twenty programs without anything to do takes of a processor, its supervisor included";

    public override double Bar => 1;

    public override int Samples => 3;

    public override int WarmUps => 1;

    public override void Prepare()
    {
        // bench/run starts in the project's folder; the launcher builds what is missing.
        using var build = Process.Start(new ProcessStartInfo("./hutch", ["--version"]) { RedirectStandardOutput = true })!;
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, "./hutch did not build");
        _folder = Directory.CreateTempSubdirectory("hutch-bench-");
        var file = Path.Combine(_folder.FullName, "beamline.json");
        File.WriteAllText(file, Beamline(_folder.FullName).ToJsonString());
        _up = Process.Start(new ProcessStartInfo(Path.GetFullPath("artifacts/hutch/Hutch.Cli"), ["up", file, "--plain"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = _up.StandardError.ReadToEndAsync();
        _ = _up.StandardOutput.ReadToEndAsync();
        var isUp = SpinWait.SpinUntil(() => _up.HasExited || ProgramNames().Count() == Services, Patience);
        Assert.True(isUp && !_up.HasExited, _up.HasExited ? $"hutch up ended: {errors.Result}" : "not all programs run");
        Thread.Sleep(TimeSpan.FromMinutes(2));   // what runs once a second is compiled in full after a minute
    }

    public override double Sample(TextWriter log)
    {
        ArgumentNullException.ThrowIfNull(log);
        var before = Ticks();
        Thread.Sleep(Watched);
        var percent = Ticks().Select(t => (t.Key.Name, Percent: (t.Value - before.GetValueOrDefault(t.Key)) / Watched.TotalSeconds)).ToList();   // a tick is 10 ms: a percent of a second
        foreach (var program in percent.GroupBy(p => p.Name).OrderBy(p => p.Key, StringComparer.Ordinal))
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {program.Key}: {program.Count()} of {program.Average(p => p.Percent):0.000} %"));
        var sum = percent.Sum(p => p.Percent);
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  together {sum:0.00} %"));
        return LimitPercent / sum;
    }

    protected override void Dispose(bool disposing)
    {
        if (_up is not null)
        {
            Process.Start("kill", ["-INT", $"{_up.Id}"]).WaitForExit();
            if (!_up.WaitForExit(TimeSpan.FromSeconds(30)))
                _up.Kill(entireProcessTree: true);
            _up.Dispose();
        }
        _folder?.Delete(recursive: true);
        foreach (var left in Directory.GetFiles("/dev/shm", $"{_name}-*"))
            File.Delete(left);
    }

    private JsonObject Beamline(string folder)
    {
        var services = new JsonArray();
        var detector = JsonNode.Parse(File.ReadAllText("examples/beamline-detector.json"), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!;
        detector["detector_name"] = _name;
        detector["n_modules"] = Modules;
        detector["image_pixel_height"] = Modules * 512;
        detector["module_positions"] = new JsonObject(Enumerable.Range(0, Modules).Select(m =>
            new KeyValuePair<string, JsonNode?>($"{m}", new JsonArray(0, m * 512, 1023, (m * 512) + 511))));
        detector["start_udp_port"] = Ports.Free();
        detector["live_stream_configs"] = new JsonObject { [$"tcp://127.0.0.1:{Ports.Free()}"] = new JsonObject { ["type"] = "periodic", ["config"] = new JsonArray(1, 10) } };
        File.WriteAllText(Path.Combine(folder, "detector.json"), detector.ToJsonString());
        var store = $"sqlite://{folder}/store.db";
        Add("receiver", "udp-receiver", new() { ["module"] = "{instance}", ["frame-slots"] = 20 }, Modules);
        Add("assembler", "assembler", new() { ["frame-slots"] = 20, ["image-slots"] = 20 });
        Add("compressor", "compressor", new() { ["image-slots"] = 20 });
        Add("writer", "writer", new() { ["image-slots"] = 20 });
        Add("live", "live-stream", new() { ["image-slots"] = 20 });
        Add("rest", "rest", new() { ["image-slots"] = 20, ["port"] = Ports.Free(), ["bus"] = "memory://bench", ["store"] = store });
        Add("validator", "file-validator", new() { ["store"] = store });
        return new JsonObject { ["name"] = _name, ["services"] = services };

        void Add(string name, string program, JsonObject options, int instances = 1)
        {
            options["config"] = "detector.json";
            services.Add(new JsonObject { ["name"] = name, ["program"] = program, ["options"] = options, ["instances"] = instances });
        }
    }

    private IEnumerable<int> Children() => Directory.GetDirectories($"/proc/{_up!.Id}/task")
        .SelectMany(t => File.ReadAllText($"{t}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(p => int.Parse(p, CultureInfo.InvariantCulture));

    // "hutch run PROGRAM"; what else hutch up has started (its watchdog) has no part in a beamline's rest.
    private IEnumerable<string> ProgramNames() => Children().Select(ProgramName).Where(n => n != "sh");

    // Processor time in ticks of 10 ms by process, with that of threads that have ended (proc(5), stat).
    private Dictionary<(int Pid, string Name), long> Ticks() => Children().Append(_up!.Id).ToDictionary(p => (p, ProgramName(p)), p =>
    {
        var fields = File.ReadAllText($"/proc/{p}/stat").Split(' ');
        return long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture);
    });

    private static string ProgramName(int pid)
    {
        var words = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        return words is [_, "run", var program, ..] ? program : words is [_, "up", ..] ? "up" : "sh";
    }
}

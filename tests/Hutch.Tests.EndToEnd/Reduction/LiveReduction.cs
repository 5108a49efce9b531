using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Reduction;

/// <summary><c>hutch run live-reduce</c> with scripts and results of its own.</summary>
internal sealed class LiveReduction : IDisposable
{
    private static int _count;

    public LiveReduction(string listener)
    {
        Instrument = $"E{Environment.ProcessId}N{Interlocked.Increment(ref _count)}";
        Save(new JsonObject { ["instrument"] = Instrument, ["listener"] = listener, ["script_dir"] = ".", ["update_every"] = 1, ["log_file"] = "live.log" });
    }

    public TemporaryFolder Folder { get; } = new();

    public string Instrument { get; }

    /// <summary>Where results are left.</summary>
    public string Runtime { get; } = Directory.CreateTempSubdirectory("hutch run ").FullName;

    public string ConfigFile => Folder["live.conf"];

    public string Proc => Folder[$"reduce_{Instrument}_live_proc.py"];

    public string Post => Folder[$"reduce_{Instrument}_live_post_proc.py"];

    public JsonNode? Status
    {
        get
        {
            var path = Path.Combine(Runtime, "livereduce", Instrument, "status.json");
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) : null;
        }
    }

    public void Save(JsonObject configuration) => File.WriteAllText(ConfigFile, configuration.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));

    /// <summary>Starts it, and waits until it says so.</summary>
    public ChildProcess Start()
    {
        var process = Hutch("run", "live-reduce", ConfigFile);
        process.WaitForOutput("scripts in use");
        Wait.Until(() => (int?)Status?["pid"] == process.Pid, () => $"no status of process {process.Pid}\n{process}");
        return process;
    }

    /// <summary>Waits until all images that came are reduced.</summary>
    /// <returns>How many.</returns>
    public long WaitUntilReduced(ChildProcess process)
    {
        Wait.Until(() => Status is { } s && (long)s["received"]! > 10 && (long)s["received"]! == (long)s["reduced"]!, () => $"{Status}\n{process}");
        return (long)Status!["reduced"]!;
    }

    /// <summary>Starts a program that looks for results in the same place.</summary>
    public ChildProcess Hutch(params IEnumerable<string> arguments) =>
        ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_RUNTIME_DIR", Runtime));

    public void Dispose()
    {
        Folder.Dispose();
        Directory.Delete(Runtime, recursive: true);
    }
}

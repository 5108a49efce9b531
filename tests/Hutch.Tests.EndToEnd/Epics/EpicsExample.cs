using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>examples/epics/beamline.json as it runs, on free ports, in a folder of its own.</summary>
internal sealed class EpicsExample : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>Starts it.</summary>
    /// <param name="iocIsAway">How long an IOC that died is away, in seconds.</param>
    /// <param name="edit">Changes the texts of its files, by name, before they are read; may write further ones into the folder.</param>
    public EpicsExample(double iocIsAway = 0.1, Func<string, string, TemporaryFolder, string>? edit = null)
    {
        var examples = Path.Combine(Repository.Root, "examples", "epics");
        var (ioc, rest) = (FreePorts.Tcp(1), FreePorts.Tcp(1));
        Url = $"http://127.0.0.1:{rest}";
        foreach (var file in new[] { "ioc.json", "buffer.json" })
            File.Copy(Path.Combine(examples, file), _folder[file]);
        File.WriteAllText(_folder["detector.json"], File.ReadAllText(Path.Combine(examples, "..", "beamline-detector.json"))
            .Replace("demo-beamline", $"epics-{Environment.ProcessId}-{rest}", StringComparison.Ordinal));
        File.WriteAllText(_folder["beamline.json"], FreePorts.Put(File.ReadAllText(Path.Combine(examples, "beamline.json")), (5074, ioc), (5010, rest))
            .Replace("\"config\": \"ioc.json\"", $"\"config\": \"ioc.json\", \"record\": \"{Record}\"", StringComparison.Ordinal)
            .Replace("\"tags\": [\"simulation\"],\n      \"restart\": \"always\"", $"\"tags\": [\"simulation\"], \"restart\": {{ \"policy\": \"always\", \"initial_delay\": {iocIsAway} }}", StringComparison.Ordinal)
            .Replace("../beamline-detector.json", "detector.json", StringComparison.Ordinal)
            .Replace("sqlite:///tmp/hutch-epics.db", $"sqlite://{_folder["store.db"].Replace(" ", "%20", StringComparison.Ordinal)}", StringComparison.Ordinal));
        foreach (var file in edit is null ? [] : new[] { "ioc.json", "buffer.json", "beamline.json" })
            File.WriteAllText(_folder[file], edit!(file, File.ReadAllText(_folder[file]), _folder));
        Hutch("up", _folder["beamline.json"], "--detach");
    }

    /// <summary>The REST server.</summary>
    public string Url { get; }

    /// <summary>What the IOC posted.</summary>
    public string Record => _folder["posted.jsonl"];

    public string this[string file] => _folder[file];

    /// <summary>Stops a service, or starts it.</summary>
    public void Have(string what, string service) => Hutch(what, service);

    public void KillIoc()
    {
        var ioc = JsonNode.Parse(Hutch("services", "ioc", "--json"))!.AsArray().Single()!;
        System.Diagnostics.Process.GetProcessById((int)ioc["pid"]!).Kill();
    }

    public void Dispose()
    {
        using (var down = Start("down"))
            down.WaitForExit();
        _folder.Dispose();
    }

    private string Hutch(params string[] arguments)
    {
        using var hutch = Start(arguments);
        return hutch.Succeed().Output;
    }

    private ChildProcess Start(params string[] arguments) => ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_RUNTIME_DIR", _folder["run"]));
}

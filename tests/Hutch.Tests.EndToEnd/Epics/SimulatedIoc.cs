using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary><c>hutch run ioc-simulator</c> on a port of its own, with a record of what it posted.</summary>
internal sealed class SimulatedIoc : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _file;
    private ChildProcess _process;

    public SimulatedIoc(TemporaryFolder folder, string pvs)
    {
        _folder = folder;
        _file = folder["ioc.json"];
        File.WriteAllText(_file, pvs);
        _process = Start();
    }

    public int Port { get; } = FreePorts.Tcp(1);

    public string AddressList => $"127.0.0.1:{Port}";

    public IReadOnlyList<(string Name, string? Value)> Environment => [("EPICS_CA_ADDR_LIST", AddressList), ("EPICS_CA_AUTO_ADDR_LIST", "NO")];

    /// <summary>The values of a PV in the order in which they were posted.</summary>
    public IReadOnlyList<Posted> Record(string pv) =>
        [.. ReadLines().Where(l => l.GetProperty("pv").GetString() == pv).Select(l => new Posted(l.GetProperty("time").GetInt64(), l.GetProperty("status").GetString()!, l.GetProperty("value")))];

    public string RecordFile => _folder["posted.jsonl"];

    public ChildProcess Client(params IEnumerable<string> arguments) => ChildProcess.Peer("epics_client.py", [$"{Port}", .. arguments]);

    public JsonElement Ask(params IEnumerable<string> arguments)
    {
        using var client = Client(arguments);
        client.Succeed();
        return JsonDocument.Parse(client.Output).RootElement.Clone();
    }

    /// <summary>Compares the PVs in a file with what was posted between two pulses.</summary>
    public JsonElement Compare(string file, string pulse, long start, long stop, IReadOnlyList<string> pvs, int redisPort = 0, string after = "")
    {
        using var peer = ChildProcess.Peer("epics_file.py", [file, RecordFile, pulse, $"{start}", $"{stop}", $"{redisPort}", .. pvs]);
        peer.Succeed();
        var report = JsonDocument.Parse(peer.Output).RootElement.Clone();
        Assert.True(report.GetProperty("problems").GetArrayLength() == 0, $"{after}{report.GetProperty("problems")}");
        return report;
    }

    public void Kill()
    {
        _process.Signal(ChildProcess.SigKill);
        _process.WaitForExit();
    }

    public void Restart()
    {
        _process.Dispose();
        _process = Start();
    }

    public void Dispose() => _process.Dispose();

    private ChildProcess Start()
    {
        var process = ChildProcess.Hutch("run", "ioc-simulator", _file, "--port", $"{Port}", "--record", RecordFile);
        process.WaitForOutput("serves channel access");
        return process;
    }

    private IEnumerable<JsonElement> ReadLines()
    {
        using var reader = new StreamReader(new FileStream(RecordFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        // The last line may still be being written.
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            yield return JsonDocument.Parse(line).RootElement.Clone();
    }

    internal sealed record Posted(long Time, string Status, JsonElement Value);
}

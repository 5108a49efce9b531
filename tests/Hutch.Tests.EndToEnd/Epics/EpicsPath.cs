using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>IOC, buffer, writer and validator as processes, on a store and a bus of the test.</summary>
internal sealed class EpicsPath : IDisposable
{
    public const string Pulse = "b:pulse";

    private const string Ioc = """
        { "pvs": [
          { "name": "b:pulse", "wave": "pulse", "rate": 100 },
          { "name": "b:temperature", "wave": "sine", "rate": 20, "value": 20, "period": 1, "warning": [19.5, 20.5], "alarm": [19.2, 20.8] },
          { "name": "b:slow", "type": "long", "value": -5 },
          { "name": "b:text", "type": "string", "value": "größer" },
          { "name": "b:texts", "type": "string", "value": ["a", "", "ccc"] },
          { "name": "b:array", "type": "float", "count": 7, "wave": "ramp", "rate": 10 },
          { "name": "b:enum", "type": "enum", "states": ["a", "b", "c"], "wave": "counter", "rate": 10 },
          { "name": "b:short", "type": "short", "wave": "counter", "rate": 50 },
          { "name": "b:char", "type": "char", "value": [1, 2, 255] }
        ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly string _store;
    private readonly string _bus;
    private readonly Dictionary<string, ChildProcess> _programs = [];

    public EpicsPath(string store, string bus)
    {
        (_store, _bus) = (store, bus);
        Simulator = new SimulatedIoc(_folder, Ioc);
        File.WriteAllText(_folder["buffer.json"], JsonSerializer.Serialize(new { pulse_id_pv = Pulse, pv_list = Pvs.Append("b:none") }));
        try
        {
            StartBuffer();
            Wait.Until(AllAreConnected, () => $"all PVs are connected: {Log("buffer")}");
            StartWriter();
            Run("validator", "listens to", "run", "epics-validator", "epics-writer", "--bus", _bus);
        }
        catch
        {
            Dispose();   // nobody else will
            throw;
        }
    }

    public static IReadOnlyList<string> Pvs { get; } = ["b:temperature", "b:slow", "b:text", "b:texts", "b:array", "b:enum", "b:short", "b:char"];

    public SimulatedIoc Simulator { get; }

    public string this[string file] => _folder[file];

    public long NewestPulse => Simulator.Record(Pulse) is { Count: > 0 } posted ? (long)posted[^1].Value[0].GetDouble() : 0;

    public void StartBuffer() => Run("buffer", "collects", "run", "epics-buffer", "--config", _folder["buffer.json"], "--store", _store, "--ca-addr-list", Simulator.AddressList,
        "--bus", _bus, "--statistics-file", _folder["perf.log"]);

    public void StartWriter() => Run("writer", "listens to", "run", "epics-writer", "--store", _store, "--bus", _bus, "--tag", "epics");

    public void Kill(string program)
    {
        var process = _programs[program];
        process.Signal(ChildProcess.SigKill);
        process.WaitForExit();
        process.Dispose();
    }

    public void Signal(string program, int signal) => _programs[program].Signal(signal);

    public void WaitForLog(string program, string text) => _programs[program].WaitForOutput(Regex.Escape(text));

    /// <summary>What the buffer says that it collects.</summary>
    public IReadOnlyList<string> BufferedPvs()
    {
        using var call = ChildProcess.Hutch("call", "epics-buffer.pv_list", "--bus", _bus);
        return JsonSerializer.Deserialize<string[]>(call.Succeed().Output)!;
    }

    /// <summary>What the buffer knows of a PV.</summary>
    public JsonNode? BufferedPv(string name)
    {
        using var call = ChildProcess.Hutch("call", "epics-buffer.pvs", $$"""{"search": "{{name}}"}""", "--bus", _bus);
        return JsonNode.Parse(call.Succeed().Output)!.AsArray().SingleOrDefault();
    }

    /// <summary>Waits until the IOC has posted more pulses.</summary>
    /// <returns>The newest one.</returns>
    public long After(int pulses)
    {
        var wanted = NewestPulse + pulses;
        Wait.Until(() => NewestPulse >= wanted, () => $"pulse {wanted}, now {NewestPulse}");
        return NewestPulse;
    }

    /// <summary>Sends a request, and waits until the writer, and after its success the validator, have ended with it.</summary>
    public (int ExitCode, string Output) Request(object request, bool validated = true)
    {
        var file = _folder[$"request-{Guid.NewGuid():N}.json"];
        File.WriteAllText(file, JsonSerializer.Serialize(request));
        using var send = ChildProcess.Hutch(["request", "send", "epics", file, "--bus", _bus, "--timeout", "50", "--json", "--service", "epics-writer", .. validated ? new[] { "--service", "epics-validator" } : []]);
        var exitCode = send.WaitForExit();
        return (exitCode, send.Everything);
    }

    /// <summary>Has the file compared with what the IOC posted; with the port of the store's Redis if pulses were posted that no buffer heard.</summary>
    public JsonElement Compare(string file, long start, long stop, int redisPort = 0, string after = "") => Simulator.Compare(file, Pulse, start, stop, Pvs, redisPort, after);

    public string Log(string program) => _programs[program].Everything;

    public void Dispose()
    {
        foreach (var program in _programs.Values)
            program.Dispose();
        Simulator.Dispose();
        _folder.Dispose();
    }

    private bool AllAreConnected()
    {
        using var call = ChildProcess.Hutch("call", "epics-buffer.status", "--bus", _bus);
        call.WaitForExit();
        return call.Output.Contains($"\"connected\": {Pvs.Count}", StringComparison.Ordinal);
    }

    private void Run(string name, string ready, params string[] arguments)
    {
        var process = ChildProcess.Hutch(arguments);
        _programs[name] = process;
        process.WaitForOutput(ready);
    }
}

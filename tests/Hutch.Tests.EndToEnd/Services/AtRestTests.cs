using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Services;

/// <summary>Programs that have nothing to do, with a limit for their heartbeat.</summary>
public sealed class AtRestTests(RedisServer redis) : IClassFixture<RedisServer>, IDisposable
{
    private const int Slots = 20;

    /// <summary>Seconds. Services on the bus pause for longer between two proofs of life.</summary>
    private const int Limit = 5;

    private readonly TestDetector _detector = SampleDetectors.Small("jungfrau");
    private readonly JsonArray _services = [];

    public void Dispose()
    {
        using (var down = Hutch("down"))
            down.WaitForExit();
        _detector.Dispose();
    }

    [Fact]
    public void Whoever_waits_for_work_or_for_a_broker_is_not_restarted()
    {
        var (rest, stream) = (FreePorts.Tcp(2), FreePorts.Tcp(2));
        foreach (var port in new[] { redis.Port, FreePorts.Tcp(1) })
        {
            var (store, bus) = ($"redis://127.0.0.1:{redis.Port}/0", $"redis://127.0.0.1:{port}/1");
            var on = port == redis.Port ? "" : "-without-broker";
            foreach (var program in new[] { "storage", "investigator", "watcher", "cluster-exec", "container-manager" })
                Add($"{program}{on}", program, ("bus-uri", bus));
            File.WriteAllText(_detector.Folder["buffer.json"], """{ "pulse_id_pv": "none", "pv_list": ["none"] }""");
            Add($"epics-buffer{on}", "epics-buffer", ("config", _detector.Folder["buffer.json"]), ("store", store), ("bus", bus));
            Add($"epics-writer{on}", "epics-writer", ("store", store), ("bus", bus), ("tag", "epics"));
        }
        Add("receiver", "udp-receiver", ("config", _detector.ConfigFile), ("module", 0), ("frame-slots", Slots));
        Add("assembler", "assembler", ("config", _detector.ConfigFile), ("image-slots", Slots), ("frame-slots", Slots));
        Add("compressor", "compressor", ("config", _detector.ConfigFile), ("image-slots", Slots));
        Add("writer", "writer", ("config", _detector.ConfigFile), ("image-slots", Slots));
        Add("stream-send", "stream-send", ("config", _detector.ConfigFile), ("image-slots", Slots), ("address", $"tcp://127.0.0.1:{stream}"));
        Add("simulator", "udp-simulator", ("config", _detector.ConfigFile), ("rest-port", rest + 1), ("images", 0));
        Add("rest", "rest", ("config", _detector.ConfigFile), ("port", rest), ("store", redis.Url), ("image-slots", Slots));
        Add("file-validator", "file-validator", ("config", _detector.ConfigFile), ("store", redis.Url));
        File.WriteAllText(_detector.Folder["ioc.json"], """{ "pvs": [{ "name": "x" }] }""");
        Add("ioc-simulator", "ioc-simulator", ("config", _detector.Folder["ioc.json"]));
        Add("epics-recorder", "epics-recorder", ("store", redis.Url));
        Add("epics-status", "epics-status", ("url", $"http://127.0.0.1:{rest}"));
        File.WriteAllText(_detector.Folder["beamline.json"], new JsonObject { ["name"] = "at-rest", ["services"] = _services }.ToJsonString());

        using (var up = Hutch("up", _detector.Folder["beamline.json"], "--detach"))
            up.Succeed();
        var status = Wait.For(() => Services() is var all && all.All(s => (double?)s["uptime_s"] > 2.5 * Limit || (int)s["restarts"]! > 0) ? all : null, "the services are up for long enough");

        Assert.Empty(status.Where(s => (int)s["restarts"]! > 0).Select(s => $"{s["name"]}: {s["last_error"]}"));
    }

    private void Add(string name, string program, params (string Name, JsonNode Value)[] options) => _services.Add(new JsonObject
    {
        ["name"] = name,
        ["program"] = program,
        ["options"] = new JsonObject(options.Select(o => KeyValuePair.Create(o.Name, (JsonNode?)o.Value))),
        ["limits"] = new JsonObject { ["heartbeat"] = Limit },
    });

    private JsonObject[] Services()
    {
        using var services = Hutch("services", "--json");
        return [.. JsonNode.Parse(services.Succeed().Output)!.AsArray().Select(s => s!.AsObject())];
    }

    private ChildProcess Hutch(params string[] arguments) => ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_RUNTIME_DIR", _detector.Folder["run"]));
}

using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Support;

/// <summary>examples/beamline.json as it runs, on free ports, under a name of its own, writing into a folder of its own.</summary>
internal sealed class DemoBeamline : IDisposable
{
    private static int _count;

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(120) };
    private readonly (string Name, string Value)[] _environment;
    private int _runs;

    /// <summary>Starts it.</summary>
    /// <param name="store">The store; null for a file of its own.</param>
    /// <param name="rate">Images a second; the ring holds 100.</param>
    /// <param name="edit">Changes the text of the beamline file before it is read.</param>
    /// <param name="environment">Variables of all its processes.</param>
    public DemoBeamline(string? store = null, int rate = 40, Func<string, string>? edit = null, params (string Name, string Value)[] environment)
    {
        _environment = environment;
        var examples = Path.Combine(Repository.Root, "examples");
        Data = Directory.CreateTempSubdirectory("hutch-data-").FullName;   // deployed systems take no blanks
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        var simulator = FreePort.Next();
        var live = $"tcp://127.0.0.1:{FreePort.Next()}";
        var detector = $"demo-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        File.WriteAllText(_folder["beamline-detector.json"], FreePorts.Put(File.ReadAllText(Path.Combine(examples, "beamline-detector.json")), (50100, FreePorts.Udp(2)))
            .Replace("tcp://127.0.0.1:20000", live, StringComparison.Ordinal)
            .Replace("demo-beamline", detector, StringComparison.Ordinal));
        File.WriteAllText(_folder["beamline.json"], FreePorts.Put(File.ReadAllText(Path.Combine(examples, "beamline.json")), (5000, new Uri(Url).Port), (5001, simulator))
            .Replace($"\"port\": {new Uri(Url).Port}, ", $"\"port\": {new Uri(Url).Port}, \"simulator\": \"http://127.0.0.1:{simulator}\", \"live-stream\": \"{live}\", ", StringComparison.Ordinal)
            .Replace("sqlite:///tmp/hutch-beamline.db", store ?? $"sqlite://{_folder["store.db"].Replace(" ", "%20", StringComparison.Ordinal)}", StringComparison.Ordinal)
            .Replace("\"rate\": 10", $"\"rate\": {rate}", StringComparison.Ordinal)
            .Replace("\"initial_delay\": 0.5", "\"budget\": 1000, \"initial_delay\": 0.1", StringComparison.Ordinal));
        if (edit is not null)
            File.WriteAllText(_folder["beamline.json"], edit(File.ReadAllText(_folder["beamline.json"])));
        using var up = Hutch("up", _folder["beamline.json"], "--detach");
        up.Succeed();
    }

    public string Data { get; }

    public string Url { get; }

    public string this[string file] => _folder[file];

    public void Dispose()
    {
        using (var down = Hutch("down"))
            down.WaitForExit();
        _client.Dispose();
        Directory.Delete(Data, recursive: true);
        _folder.Dispose();
    }

    /// <summary>Runs a hutch command that finds this beamline and its REST server.</summary>
    public ChildProcess Hutch(params string[] arguments) =>
        ChildProcess.Start(Repository.Launcher, arguments, [("HUTCH_RUNTIME_DIR", _folder["run"]), ("STD_DAQ_API_URL", Url), .. _environment]);

    public JsonObject Service(string name)
    {
        using var services = Hutch("services", name, "--json");
        return JsonNode.Parse(services.Succeed().Output)!.AsArray().Single()!.AsObject();
    }

    /// <summary>Has 20 images written, as soon as they can be.</summary>
    public void WaitForAnotherRun(string when)
    {
        var last = "no try yet";
        Wait.Until(() => TryRun(ref last), () => $"no further run {when}: {last}");
    }

    private bool TryRun(ref string last)
    {
        try
        {
            _ = Post("/writer/stop", new JsonObject());
            var answer = Post("/writer/write_sync", new JsonObject { ["n_images"] = 20, ["output_file"] = $"{Data}/{++_runs}.h5" });
            last = answer.ToJsonString();
            return (string?)answer["writer"]?["acquisition"]?["message"] == "Completed.";
        }
        catch (HttpRequestException error)
        {
            last = error.Message;
            return false;
        }
    }

    /// <summary>Kills the processes of services, all before the first of them is started again.</summary>
    public void Kill(params string[] names)
    {
        foreach (var pid in names.Select(name => (int)Service(name)["pid"]!).ToList())
            System.Diagnostics.Process.GetProcessById(pid).Kill();
    }

    /// <summary>The answer to a GET; null while the server is away.</summary>
    public JsonNode? TryGet(string path)
    {
        try
        {
            return JsonNode.Parse(_client.GetStringAsync(Url + path).GetAwaiter().GetResult());
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>The answer to a POST.</summary>
    /// <param name="path">What of the server.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="traceparent">The span it belongs to, if any.</param>
    public JsonNode Post(string path, JsonObject body, string? traceparent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url + path) { Content = JsonContent.Create(body) };
        if (traceparent is not null)
            request.Headers.Add("traceparent", traceparent);
        using var response = _client.Send(request);
        return JsonNode.Parse(response.Content.ReadAsStringAsync().GetAwaiter().GetResult())!;
    }
}

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Fleet.Records;
using Hutch.Fleet.Secrets;
using Hutch.Fleet.Storage;
using Hutch.Fleet.Tests.Support;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Fleet;

/// <summary>The programs of a fleet as processes on a Redis of their own, a REST server, and hosts with a network and an SSH server each.</summary>
internal sealed class FleetExample : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RedisServer _redis = new();
    private readonly List<ChildProcess> _programs = [];
    private readonly ConcurrentQueue<string> _told = [];

    private FleetExample()
    {
    }

    public IReadOnlyList<TestHost> Hosts { get; private set; } = [];

    /// <summary>The REST server.</summary>
    public string Rest { get; } = $"http://127.0.0.1:{FreePort.Next()}";

    public string Bus => _redis.Url;

    /// <summary>The folder with all files of the programs; the key ring is elsewhere.</summary>
    public string Folder => _folder["state"];

    public string KeyRing => _folder["keys"];

    public string this[string file] => _folder[file];

    /// <summary>All that the programs and commands printed and logged so far.</summary>
    public IReadOnlyList<string> Told => [.. _told, .. _programs.Select(p => p.Everything)];

    public IEnumerable<int> Pids => _programs.Select(p => p.Pid);

    /// <summary>Starts it.</summary>
    /// <param name="hosts">How many hosts.</param>
    /// <param name="tokens">The file with the tokens of the REST server; null for none.</param>
    /// <param name="before">Called when the bus runs, before anything is on it.</param>
    public static async Task<FleetExample> StartAsync(int hosts, Func<TemporaryFolder, string>? tokens = null, Action<int>? before = null)
    {
        var example = new FleetExample();
        Directory.CreateDirectory(example.Folder);
        var starts = Enumerable.Range(0, hosts).Select(_ => TestHost.StartAsync()).ToList();
        await example._redis.InitializeAsync();
        before?.Invoke(example._redis.Port);
        example.Run("storage", new JsonObject
        {
            ["storage_handlers"] = new JsonArray(
                new JsonObject { ["type"] = "sqlite", ["server_url"] = $"sqlite://{example.Folder.Replace(" ", "%20", StringComparison.Ordinal)}/records.db", ["models"] = new JsonArray("Host*") },
                new JsonObject { ["type"] = "redis", ["server_url"] = example.Bus, ["models"] = new JsonArray("Cluster*", "Network", "ContainerManager*", "Watcher*") }),
        });
        example.Run("investigator", new JsonObject { ["connect_timeout_s"] = 3 });
        example.Run("watcher", new JsonObject { ["interval_s"] = 0.5, ["retry_s"] = 0.2, ["misses"] = 2, ["timeout_s"] = 1, ["max_interval_s"] = 0.5 });
        example.Run("cluster-exec", new JsonObject
        {
            ["restart_command"] = "echo restarted; [ ! -e /run/broken ]", ["restart_boots"] = false, ["upgrade_command"] = "echo up to date", ["deploy_command"] = "echo deployed {version}",
            ["health_timeout_s"] = 2, ["health_pause_s"] = 0.1, ["connect_timeout_s"] = 3,
        });
        example.RunRest(tokens?.Invoke(example._folder));
        foreach (var program in example._programs.Take(3))
            program.WaitForOutput("serving|checks every host");
        example.Hosts = await Task.WhenAll(starts);
        return example;
    }

    /// <summary>Runs a subcommand of <c>hutch fleet</c> to its end.</summary>
    public ChildProcess Fleet(params string[] arguments)
    {
        var command = Begin(arguments);
        command.WaitForExit();
        _told.Enqueue(command.Everything);
        return command;
    }

    /// <summary>The same, which prints JSON.</summary>
    public JsonNode FleetJson(params string[] arguments)
    {
        var end = Array.IndexOf(arguments, "--") is >= 0 and var separator ? separator : arguments.Length;
        using var command = Fleet([.. arguments[..end], "--json", .. arguments[end..]]);
        return JsonNode.Parse(command.Succeed().Output)!;
    }

    /// <summary>Begins one. What it printed is among what was told when it ends with this.</summary>
    public ChildProcess Begin(params string[] arguments)
    {
        var separator = Array.IndexOf(arguments, "--");
        var (own, rest) = separator < 0 ? (arguments, []) : (arguments[..separator], arguments[separator..]);
        return ChildProcess.Start(Repository.Launcher, ["fleet", .. own, "--bus", Bus, .. rest]);
    }

    /// <summary>Notes what a command printed that was begun.</summary>
    public void Note(ChildProcess command) => _told.Enqueue(command.Everything);

    /// <summary>Adds the hosts to a cluster, and waits until they are nodes.</summary>
    public async Task AddHostsAsync(string cluster)
    {
        Fleet("clusters", "add", cluster).Succeed().Dispose();
        foreach (var host in Hosts)
            Fleet("hosts", "add", host.Address, "--key", host.KeyFile, "--cluster", cluster, "--key-ring", KeyRing).Succeed().Dispose();
        await using var bus = BusConnection.Open(Bus);
        var records = new StorageClient(bus);
        await Eventually.TrueAsync(async () => (await records.ListAsync<Host>()).All(h => h.Status == HostStatus.Disassociated), TimeSpan.FromSeconds(60), () => string.Join('\n', Told));
    }

    public SecretSeal Seal() => new(KeyRing);

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs.AsEnumerable().Reverse())
        {
            if (!program.HasExited)
                program.Signal(ChildProcess.SigTerm);
            program.WaitForExit();
            program.Dispose();
        }
        foreach (var host in Hosts)
            await host.DisposeAsync();
        await _redis.DisposeAsync();
        _folder.Dispose();
    }

    private void Run(string program, JsonObject config)
    {
        File.WriteAllText(_folder[$"{program}.conf"], config.ToJsonString());
        Start(["run", program, "--bus-uri", Bus, "--key-ring", KeyRing, "--config", _folder[$"{program}.conf"]]);
    }

    private void RunRest(string? tokens)
    {
        File.WriteAllText(_folder["detector.json"], File.ReadAllText(Path.Combine(Repository.Root, "examples", "beamline-detector.json"))
            .Replace("demo-beamline", $"fleet-{Environment.ProcessId}-{new Uri(Rest).Port}", StringComparison.Ordinal));
        Start(["run", "rest", "--config", _folder["detector.json"], "--port", $"{new Uri(Rest).Port}", "--bus", Bus, "--store", $"sqlite://{Folder.Replace(" ", "%20", StringComparison.Ordinal)}/rest.db", .. tokens is null ? Array.Empty<string>() : ["--tokens", tokens]]);
    }

    private void Start(string[] arguments) =>
        _programs.Add(ChildProcess.Start(Repository.Launcher, arguments, ("HUTCH_LOG_LEVEL", "trace"), ("HUTCH_RUNTIME_DIR", _folder["run"])));
}

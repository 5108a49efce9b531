using System.Diagnostics;
using System.Text.RegularExpressions;
using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Services;
using Hutch.Supervision;
using Hutch.Tests.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Beamline.Placement;

/// <summary>Services on a host that is this process, with the real bridge and supervisor there; only the cable between is none.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed partial class RemoteServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch node ").FullName;
    private readonly HereAsNode _node = new();
    private readonly ListLogger _log = new();
    private readonly string _name = $"p{Guid.NewGuid():N}"[..12];
    private BeamlineRun? _run;

    public void Dispose()
    {
        _node.Join();
        _run?.Dispose();
        _node.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string FilePath => Path.Combine(_folder, "beamline.json");

    private SupervisedService Of(string name) => _run!.Services.Single(s => s.Name == name);

    private SupervisedService There(string name) => _node.There.Services.Single(s => s.Name == name);

    private ServiceStatus Status(string name) => ServiceStatus.Of(Of(name));

    private void Write(string services) => File.WriteAllText(FilePath, $$"""
        {
          "name": "{{_name}}",
          "clusters": [{ "name": "c", "nodes": [{ "name": "far", "host": "there", "folder": "{{_folder}}/far" }] }],
          "services": [{{services}}]
        }
        """);

    private BeamlineRun Make() => new(BeamlineReader.Read(FilePath, new NoPrograms()), new NoPrograms(), new OneLoggerFactory(_log), _node);

    private async Task Start(string services)
    {
        Write(services);
        _run = Make();
        await _run.Start(Until.Patience);
    }

    private static string Lines(string name, string more = "") =>
        $$"""{ "name": "{{name}}", "command": ["sh", "-c", "i=0; while :; do i=$((i+1)); echo line $$$$ $i; sleep 0.02; done"], "node": "far", "restart": { "policy": "always", "initial_delay": 0.02, "budget": 1000 }{{more}} },""";

    [Fact]
    public async Task Order_holds_between_here_and_there()
    {
        await Start($$"""
            {{Lines("source", ", \"ready\": { \"log\": \"line\" }")}}
            { "name": "user", "command": ["sleep", "100000"], "depends_on": ["source"] },
            { "name": "far-user", "command": ["sleep", "100000"], "depends_on": ["user"], "node": "far" },
            { "name": "later", "command": ["sleep", "100000"], "node": "far", "autostart": false }
            """);
        Assert.Equal(["running", "running", "running", "created"], _run!.Services.Select(s => ServiceStatus.Of(s).State));
        Assert.True(There("source").Service.StartedAt < Of("user").Service.StartedAt && Of("user").Service.StartedAt < There("far-user").Service.StartedAt);
        Assert.Equal((There("source").ProcessId, "there", "far"), (Status("source").Pid, Status("source").Host, Status("source").Node));

        await _run.Supervisor.StopAsync([Of("source")], Until.Patience);
        Assert.All(new[] { "source", "user", "far-user" }, s => Assert.Equal("stopped", Status(s).State));
        Assert.True(There("far-user").Service.History[^1].At <= Of("user").Service.History[^1].At && Of("user").Service.History[^1].At <= There("source").Service.History[^1].At);

        await _run.Supervisor.StartAsync([Of("far-user")], Until.Patience);
        await _run.Supervisor.KillAsync([Of("far-user")], Until.Patience);
        Assert.Equal(("killed", ServiceState.Killed), (Status("far-user").State, There("far-user").Service.State));
        Assert.Equal("running", Status("source").State);
    }

    [Fact]
    public async Task What_fails_for_good_there_has_failed_here_with_its_reason()
    {
        await Start($$"""
            { "name": "job", "command": ["sh", "-c", "echo done"], "node": "far" },
            { "name": "next", "command": ["sh", "-c", "echo no such thing; exit 3"], "node": "far", "restart": "never", "autostart": false, "ready": { "log": "never" }, "depends_on": [{ "service": "job", "condition": "completed" }] }
            """);
        Until.True(() => Of("job").HasCompleted, "the job is done");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run!.Supervisor.StartAsync([Of("next")], Until.Patience));
        Assert.Contains("no such thing", error.Message, StringComparison.Ordinal);
        Assert.True(Of("next").HasFailed);
        Assert.Contains("exit code 3", Status("next").LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_changes_what_runs_there_and_nothing_else()
    {
        await Start($$"""{{Lines("a")}}{{Lines("b")}}""");
        var (a, b) = (Status("a").Pid, Status("b").Pid);
        Write($$"""{{Lines("a")}}{{Lines("b", ", \"stop_timeout\": 2")}}{{Lines("c")}}""");
        await _run!.ReloadAsync(null, dryRun: false, Until.Patience);
        Until.True(() => Status("c") is { State: "running", UnreachableSince: null }, "the new one runs");
        Assert.Equal(a, Status("a").Pid);
        Assert.NotEqual(b, Status("b").Pid);
        Write(Lines("a"));
        await _run.ReloadAsync(null, dryRun: false, Until.Patience);
        Until.True(() => _node.There.Services.Count == 1, "the others are gone there too");
        Assert.Equal(a, There("a").ProcessId);
    }

    [Fact]
    public async Task Another_run_of_the_file_takes_over_what_goes_on()
    {
        await Start(Lines("source"));
        var (pid, first) = (Status("source").Pid, _run!);
        _node.Cut();
        Until.True(() => Status("source").UnreachableSince is not null, "the cut is seen");
        first.Dispose();   // which cannot reach what it leaves behind
        _node.Join();
        _run = Make();
        await _run.Start(Until.Patience);
        Assert.Equal(pid, Status("source").Pid);
        Assert.Single(_node.Started);
        Assert.Contains(Of("source").Log.Lines, l => l.EndsWith($"line {pid} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_known_of_a_service_says_when_its_host_cannot_be_reached()
    {
        await Start(Lines("source"));
        var up = Status("source");
        Assert.Equal(("running", true, null, null), (up.State, up.Ready, up.WaitsFor, up.UnreachableSince));
        Assert.NotNull(up.UptimeS);

        _node.Cut();
        Until.True(() => Status("source").WaitsFor?.EndsWith(": the cable is out", StringComparison.Ordinal) == true, "the cut is seen");
        var cut = Status("source");
        Assert.Matches(@"^node far \(there\) to be reachable again \(lost at [0-9:]{8}\): the cable is out$", cut.WaitsFor);
        Assert.Equal(("running", null, up.Pid, cut.WaitsSince), (cut.State, cut.UptimeS, There("source").ProcessId, cut.UnreachableSince));
        Assert.NotNull(cut.UnreachableSince);
        Assert.Contains(_log.Records, r => r.Level == LogLevel.Warning && r.Text == "there cannot be reached, but what runs there keeps running: the cable is out");

        _node.Join();
        Until.True(() => Status("source") is { State: "running", WaitsFor: null, UnreachableSince: null, UptimeS: not null }, "it is reached again");
        Assert.Contains(_log.Records, r => r.Text == "there can be reached again");
    }

    [Fact]
    public async Task An_order_that_cannot_be_given_is_given_when_the_host_can_be_reached_again()
    {
        await Start(Lines("source"));
        _node.Cut();
        Until.True(() => Status("source").UnreachableSince is not null, "the cut is seen");
        await _run!.Supervisor.KillAsync([Of("source")], Until.Patience);
        Assert.Contains(_log.Records, r => r.Level == LogLevel.Warning && r.Text == "source keeps running on there until the host can be reached again; then: kill");
        Assert.True(There("source").Service.IsServiceAlive);
        _node.Join();
        Until.True(() => There("source").Service.State == ServiceState.Killed, "the order is given");
    }

    [Fact]
    public async Task How_it_ended_there_is_the_reason_of_its_end_here()
    {
        await Start($$"""{{Lines("source")}}{ "name": "job", "command": ["true"], "node": "far" }, { "name": "rest", "command": ["sleep", "100000"], "node": "far" }""");
        string? Reason(string name) => Of(name).Service.History.LastOrDefault(c => c.To == ServiceState.Stopping)?.Reason;
        Until.True(() => Reason("job") is not null, "the end of the job");
        Assert.Equal("it has ended by itself on there", Reason("job"));
        await _node.There.Supervisor.StopAsync([There("source")], Until.Patience);
        Until.True(() => Of("source").Service.State == ServiceState.Stopped, "its end here");
        Assert.Equal("it was stopped by a command on there", Reason("source"));

        var pid = Status("rest").Pid;
        _node.EndSupervisor();
        Until.True(() => Status("rest") is { State: "running", Pid: { } other } && other != pid, "it runs under another supervisor");
        Assert.Contains(Of("rest").Log.Lines, l => l.EndsWith("rest: its supervisor on there was restarted, and the service with it", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_happened_here_there_and_between_both_agree_afterwards(int seed)
    {
        var random = new Random(seed);
        await Start(Lines("source"));
        var (isWanted, hasDied, said) = (true, false, "");
        for (var step = 0; step < 8; step++)
        {
            var what = random.Next(6);
            said += $" {(_node.IsCut ? "cut:" : "")}{what}";
            switch (what)
            {
                case 0 when !_node.IsCut:
                    _node.Cut();
                    break;
                case 1:
                    _node.Join();
                    break;
                case 2 when There("source").ProcessId is { } pid:
                    Process.GetProcessById(pid).Kill();
                    break;
                case 3 when !_node.IsCut && isWanted:
                    await Settled(isWanted, said);
                    await _run!.Supervisor.RestartAsync([Of("source")], Until.Patience);
                    break;
                case 4 when isWanted:
                    await _run!.Supervisor.KillAsync([Of("source")], Until.Patience);
                    isWanted = false;
                    break;
                case 4:
                    _ = _run!.Supervisor.StartAsync([Of("source")], Until.Patience);
                    isWanted = true;
                    break;
                case 5 when !hasDied:
                    _node.EndSupervisor();
                    hasDied = true;
                    break;
            }
            await Task.Delay(random.Next(60));
        }
        _node.Join();
        await Settled(isWanted, said);
        foreach (var of in Of("source").Log.Lines.Select(l => Line().Match(l)).Where(m => m.Success).GroupBy(m => m.Groups[1].Value))
        {
            var numbers = of.Select(m => int.Parse(m.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(numbers.Order().Distinct(), numbers);
            if (!hasDied)
                Assert.True(numbers[^1] - numbers[0] == numbers.Count - 1, $"lines are missing after{said}");
        }
    }

    private Task Settled(bool isWanted, string after)
    {
        Until.True(() => Status("source").UnreachableSince is null && There("source") is var there && (isWanted
                ? Status("source") is { State: "running", Ready: true } here && here.Pid is not null && here.Pid == there.ProcessId && here.Restarts == there.Restarts
                : !there.Service.IsServiceAlive && !Of("source").Service.IsServiceAlive),
            $"both agree after{after}: here {Status("source")}, there {ServiceStatus.Of(There("source"))}");
        return Task.CompletedTask;
    }

    [GeneratedRegex("info line ([0-9]+) ([0-9]+)$")]
    private static partial Regex Line();
}

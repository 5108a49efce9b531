using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Hutch.Bus;
using Hutch.Bus.Workers;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Bus;

/// <summary>Three processes of one service on one queue, on any broker.</summary>
/// <param name="url">The broker. Redis knows that a process is dead by its visibility timeout only, which must be short here.</param>
public abstract class ServiceManagerContract(string url) : IAsyncLifetime
{
    private readonly string _name = $"workers{Guid.NewGuid():N}";
    private readonly ConcurrentQueue<string> _log = new();
    private Process _manager = null!;
    private BusConnection _bus = null!;

    public async ValueTask InitializeAsync()
    {
        var program = Repository.Built("BusWorker");
        var start = new ProcessStartInfo("dotnet", [program, url, _name, _name, "3"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        _manager = Process.Start(start)!;
        _manager.OutputDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _manager.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _manager.BeginOutputReadLine();
        _manager.BeginErrorReadLine();
        _bus = Caller();
        await Eventually.TrueAsync(async () => (await PidsAsync()).Count == 3, TimeSpan.FromSeconds(90), () => $"three workers answer: {string.Join('\n', _log)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_manager.HasExited)
            _manager.Kill(entireProcessTree: true);
        await _bus.Transport.DeleteQueueAsync(_name);
        await _bus.Transport.DeleteExchangeAsync(_name);
        await _bus.DisposeAsync();
    }

    [Fact]
    public async Task Work_spreads_evenly_and_flows_around_a_slow_worker()
    {
        await using var other = Caller();
        // Long enough that the time a call takes is the method's, and not what a process that has just begun needs besides.
        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(i => (i % 2 == 0 ? _bus : other).CallAsync<string>($"{_name}.hold", new { seconds = 0.05 })));
        Assert.All(answers.CountBy(a => a.Split(' ')[0]), worker => Assert.InRange(worker.Value, 35, 65));

        var slow = _bus.CallAsync<string>($"{_name}.hold", new { seconds = 20 });
        var around = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _bus.CallAsync<int>($"{_name}.pid")));
        Assert.False(slow.IsCompleted);
        Assert.InRange(around.Distinct().Count(), 2, 3);
    }

    [Fact]
    public async Task The_message_of_a_killed_worker_is_redelivered_and_the_worker_replaced()
    {
        await Eventually.TrueAsync(async () => (await PidsAsync()).Count == 3, TimeSpan.FromSeconds(60), () => "all three workers answer");
        var held = _bus.CallAsync<string>($"{_name}.hold", new { seconds = 600 });
        Match holds = Match.Empty;
        await Eventually.TrueAsync(() => (holds = _log.Select(l => Regex.Match(l, "process ([0-9]+) holds a call")).FirstOrDefault(m => m.Success) ?? Match.Empty).Success, "one worker has the call", 60);
        var victim = int.Parse(holds.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

        Process.GetProcessById(victim).Kill();

        var answer = (await held.WaitAsync(TimeSpan.FromSeconds(60))).Split(' ');
        Assert.NotEqual($"{victim}", answer[0]);
        Assert.Equal("True", answer[1]);
        await Eventually.TrueAsync(async () => (await PidsAsync()).Count == 3, TimeSpan.FromSeconds(60), () => "the killed worker is replaced");
    }

    [Fact]
    public async Task The_exception_of_a_worker_is_in_the_managers_log_with_its_stack()
    {
        await _bus.CallAsync($"{_name}.die");

        await Eventually.TrueAsync(() => _log.Any(l => l.Contains("a bug in the worker")) && _log.Any(l => l.Contains("at Hutch.Tests.Peers.WorkerService")), "the stack is logged", 60);
        await Eventually.TrueAsync(() => _log.Any(l => l.Contains("is replaced")), "the worker is replaced", 60);
    }

    [Fact]
    public async Task Workers_end_with_their_manager_however_it_ends()
    {
        var pids = await PidsAsync();

        _manager.Kill();

        await Eventually.TrueAsync(() => pids.All(HasEnded), "the workers end", 60);
    }

    [Fact]
    public async Task A_stop_finishes_the_call_in_hand()
    {
        var held = _bus.CallAsync<string>($"{_name}.hold", new { seconds = 3 });
        await Eventually.TrueAsync(async () => (await PidsAsync()).Count == 2, TimeSpan.FromSeconds(60), () => "one worker is busy");

        Process.Start("kill", ["-TERM", $"{_manager.Id}"]).WaitForExit();

        Assert.EndsWith("False", await held.WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
        await _manager.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _manager.ExitCode);
    }

    private BusConnection Caller() =>
        BusConnection.Open(url, new BusOptions { Exchange = _name, Call = new CallOptions { Timeout = TimeSpan.FromSeconds(60) } });

    private async Task<HashSet<int>> PidsAsync()
    {
        try
        {
            return [.. await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => _bus.CallAsync<int>($"{_name}.pid")))];
        }
        catch (BusUnroutableException)
        {
            return [];
        }
    }

    private static bool HasEnded(int pid) => !File.Exists($"/proc/{pid}/stat") || File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
}

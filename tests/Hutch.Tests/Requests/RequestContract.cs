using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Services;
using Hutch.Store;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>Requests, kills and statuses, whatever the bus is made of.</summary>
public abstract class RequestContract : IAsyncLifetime
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly List<RequestService> _services = [];
    private readonly List<ITransport> _transports = [];
    private StatusLog _log = null!;

    protected abstract string Url { get; }

    private protected StatusLog Log => _log;

    private RequestClient Client => _log.Client;

    public async Task InitializeAsync() => _log = await StatusLog.OpenAsync(Url);

    public async Task DisposeAsync()
    {
        foreach (var service in _services)
            service.Dispose();
        await _log.DisposeAsync();
        foreach (var transport in _transports)
            await transport.DisposeAsync();
    }

    [Fact]
    public async Task A_request_is_started_and_succeeds_and_every_status_has_its_body_byte_for_byte()
    {
        await Primary("p", Handler.Echo);
        var body = Encoding.UTF8.GetBytes("""{"b" :  1, "a": "h\u00e9llo", "c": 1.50}""");
        var id = await Client.SendJsonAsync(Tag("p"), body);

        Assert.Equal([$"{Name("p")} request_start null", $$"""{{Name("p")}} request_success {"b" :  1, "a": "h\u00e9llo", "c": 1.50}"""], await Log.LinesAsync(id, 2));
        Assert.All(Log.Of(id), status => Assert.Equal(body, status.Body.ToArray()));
        Assert.All(Log.Of(id), status => Assert.Equal(Tag("p"), status.Tag));
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("\"héllo\"", "héllo")]
    [InlineData("true", true)]
    [InlineData("-5", -5)]
    [InlineData("5000000000", 5000000000L)]
    [InlineData("-5000000000", "-5000000000")]
    [InlineData("0.5", "0.5")]
    [InlineData("[1, {\"a\": \"é\"}]", "[1,{\"a\":\"é\"}]")]
    public async Task A_result_travels_as_what_every_peer_can_read(string result, object? message)
    {
        await Primary("p", new Handler((_, request, _) => Task.FromResult<object?>(request.Content)));
        var id = await Client.SendJsonAsync(Tag("p"), Encoding.UTF8.GetBytes(result));
        await Log.LinesAsync(id, 2);
        Assert.Equal(message, Log.Of(id)[1].Message);
    }

    [Fact]
    public async Task An_exception_fails_the_request_with_its_text_and_the_next_is_worked_on()
    {
        await Primary("p", new Handler((_, request, _) => request.Content.GetInt32() == 0
            ? throw new InvalidDataException("no such pulse: 0")
            : Task.FromResult<object?>(null)));
        var bad = await Client.SendAsync(Tag("p"), 0);
        var good = await Client.SendAsync(Tag("p"), 1);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail no such pulse: 0"], await Log.LinesAsync(bad, 2));
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_success null"], await Log.LinesAsync(good, 2));
    }

    [Fact]
    public async Task A_request_that_lacks_a_member_fails_by_its_name()
    {
        await Primary("p", new Handler((_, request, _) => Task.FromResult<object?>(request.Read<WriteRequest>().OutputFile)));
        var good = await Client.SendAsync(Tag("p"), new { output_file = "/a.h5", n_images = 3 });
        var bad = await Client.SendAsync(Tag("p"), new { output_file = "/a.h5" });
        Assert.EndsWith("/a.h5", (await Log.LinesAsync(good, 2))[1], StringComparison.Ordinal);
        Assert.Contains("n_images", (await Log.LinesAsync(bad, 2))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_worked_on_one_after_another_in_order()
    {
        var running = 0;
        var order = new ConcurrentQueue<int>();
        await Primary("p", new Handler(async (_, request, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref running));
            order.Enqueue(request.Content.GetInt32());
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return null;
        }));
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
            ids.Add(await Client.SendAsync(Tag("p"), i));
        foreach (var id in ids)
            Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_success null"], await Log.LinesAsync(id, 2));
        Assert.Equal(Enumerable.Range(0, 50), order);
    }

    [Fact]
    public async Task A_kill_sets_the_token_of_a_running_request_and_calls_OnKill_on_another_thread()
    {
        var begun = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var killed = new TaskCompletionSource<(string, int)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var sawOnKill = new ManualResetEventSlim();
        await Primary("p", new Handler(
            (_, _, kill) =>
            {
                begun.SetResult(Environment.CurrentManagedThreadId);
                kill.WaitHandle.WaitOne();       // blocks its thread, as much of what reads hardware does
                sawOnKill.Wait(Wait30, CancellationToken.None);
                kill.ThrowIfCancellationRequested();
                return Task.FromResult<object?>("not killed");
            },
            id =>
            {
                killed.SetResult((id, Environment.CurrentManagedThreadId));
                sawOnKill.Set();
            }));
        var id = await Client.SendAsync(Tag("p"), new { });
        var thread = await begun.Task;
        await Client.KillAsync(Tag("p"), id);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(id, 2));
        var (killedId, killThread) = await killed.Task;
        Assert.Equal(id, killedId);
        Assert.NotEqual(thread, killThread);
    }

    [Fact]
    public async Task A_kill_of_a_waiting_request_fails_it_before_it_begins_and_of_an_unknown_one_harms_nobody()
    {
        using var release = new SemaphoreSlim(0);
        var kills = new ConcurrentQueue<string>();
        var worked = new ConcurrentQueue<string>();
        await Primary("p", new Handler(
            async (id, _, _) =>
            {
                worked.Enqueue(id);
                await release.WaitAsync(CancellationToken.None);
                return null;
            },
            kills.Enqueue));
        var first = await Client.SendAsync(Tag("p"), 1);
        var second = await Client.SendAsync(Tag("p"), 2);
        await Client.KillAsync(Tag("p"), "unknown");
        await Client.KillAsync(Tag("p"), second);
        await Eventually.TrueAsync(() => kills.Contains(second), "the kill arrives");
        release.Release(2);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_success null"], await Log.LinesAsync(first, 2));
        Assert.Equal([$"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(second, 1));
        Assert.Equal([first], worked);
    }

    [Fact]
    public async Task A_kill_that_overtakes_its_request_is_not_lost()
    {
        var kills = new ConcurrentQueue<string>();
        await Primary("p", new Handler((_, _, _) => Task.FromResult<object?>("ran"), kills.Enqueue));
        var id = Guid.NewGuid().ToString();
        await Client.KillAsync(Tag("p"), id);
        await Eventually.TrueAsync(() => kills.Contains(id), "the kill arrives");
        await Client.SendAsync(Tag("p"), 1, requestId: id);
        Assert.Equal([$"{Name("p")} request_fail User requested interruption."], await Log.LinesAsync(id, 1));
        Assert.EndsWith("success ran", (await Log.LinesAsync(await Client.SendAsync(Tag("p"), 2), 2))[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_OnKill_that_throws_and_a_token_callback_that_throws_stop_nothing()
    {
        await Primary("p", new Handler(
            async (_, _, kill) =>
            {
                using var broken = kill.Register(() => throw new InvalidOperationException("broken on purpose"));
                await Task.Delay(Timeout.Infinite, kill);
                return null;
            },
            _ => throw new InvalidOperationException("broken on purpose")));
        for (var i = 0; i < 3; i++)
        {
            var id = await Client.SendAsync(Tag("p"), i);
            await Log.LinesAsync(id, 1);
            await Client.KillAsync(Tag("p"), id);
            Assert.EndsWith("request_fail User requested interruption.", (await Log.LinesAsync(id, 2))[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Post_processing_follows_a_success_with_the_same_request()
    {
        await Primary("p", new Handler((_, _, _) => Task.FromResult<object?>("42 images")));
        await Post("q", "p", new Handler((_, request, _) => Task.FromResult<object?>($"after {request.PrimaryResult}: {request.Content}")));
        var id = await Client.SendAsync(Tag("p"), new { a = 1 });
        Assert.Equal(
            [
                $"{Name("p")} request_start null", $"{Name("p")} request_success 42 images",
                $"{Name("q")} request_start null", $$"""{{Name("q")}} request_success after 42 images: {"a":1}""",
            ],
            await Log.LinesAsync(id, 4));
    }

    [Fact]
    public async Task Post_processing_never_runs_on_a_failed_or_killed_request_but_passes_the_failure_on()
    {
        var worked = new ConcurrentQueue<string>();
        await Primary("p", new Handler(async (_, request, kill) =>
        {
            if (request.Content.GetString() == "kill me")
                await Task.Delay(Timeout.Infinite, kill);
            throw new InvalidDataException("bad");
        }));
        await Post("q", "p", new Handler((id, _, _) =>
        {
            worked.Enqueue(id);
            return Task.FromResult<object?>(null);
        }));
        var failed = await Client.SendAsync(Tag("p"), "fail");
        var killed = await Client.SendAsync(Tag("p"), "kill me");
        await Eventually.TrueAsync(() => Log.Of(killed).Length == 1, "the second request starts");
        await Client.KillAsync(Tag("p"), killed);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail bad", $"{Name("q")} request_fail Primary service {Name("p")} failure. "],
            await Log.LinesAsync(failed, 3));
        Assert.EndsWith("failure. ", (await Log.LinesAsync(killed, 3))[2], StringComparison.Ordinal);
        Assert.Empty(worked);
    }

    [Fact]
    public async Task Post_processing_ignores_other_services_and_can_be_killed()
    {
        await Primary("p", Handler.Echo);
        await Primary("other", Handler.Echo);
        await Post("q", "p", new Handler(async (_, _, kill) =>
        {
            await Task.Delay(Timeout.Infinite, kill);
            return null;
        }));
        var ignored = await Client.SendAsync(Tag("other"), 1);
        await Log.LinesAsync(ignored, 2);
        var id = await Client.SendAsync(Tag("p"), 1);
        await Log.LinesAsync(id, 3);
        await Client.KillAsync(Tag("q"), id);
        Assert.Equal($"{Name("q")} request_fail User requested interruption.", (await Log.LinesAsync(id, 4))[3]);
        Assert.Equal(2, Log.Of(ignored).Length);
    }

    [Fact]
    public async Task Every_service_whose_tag_matches_gets_the_request_and_reports()
    {
        await Primary("one", Handler.Echo, $"{_run}.*.c");
        await Primary("two", Handler.Echo, $"{_run}.#");
        await Primary("three", Handler.Echo, $"{_run}.x.d");
        var id = await Client.SendAsync($"{_run}.x.c", 1);
        var lines = await Log.LinesAsync(id, 4);
        Assert.Equal([Name("one"), Name("two")], lines.Where(l => l.Contains("success", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]).Order());
        Assert.Equal(4, lines.Length);
    }

    [Fact]
    public async Task A_request_that_nobody_listens_to_is_an_error_at_once()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Client.SendAsync($"{_run}.nobody", 1));
        Assert.Contains($"{_run}.nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_request_no_kill_and_no_status_is_counted_and_stops_nobody()
    {
        var primary = await Primary("p", Handler.Echo);
        var post = await Post("q", "p", Handler.Echo);
        var random = new Random(1);
        var deep = Encoding.ASCII.GetBytes(new string('[', 100_000));
        byte[][] bodies = [[], [0xff, 0xfe], deep, "{"u8.ToArray(), "NaN"u8.ToArray(), new byte[2_000_000], .. Enumerable.Range(0, 20).Select(_ => { var b = new byte[random.Next(100)]; random.NextBytes(b); return b; })];
        MessageProperties[] properties =
        [
            MessageProperties.None,
            new() { CorrelationId = "", Headers = new Dictionary<string, object?>() },
            new() { CorrelationId = new string('x', 255) },
            new() { CorrelationId = "a", ReplyTo = "nobody\r\n", Headers = new Dictionary<string, object?> { ["action"] = 1 } },
            new() { CorrelationId = "b", Headers = new Dictionary<string, object?> { ["action"] = "request_success", ["source"] = Name("p") } },
            new() { CorrelationId = "c", Headers = new Dictionary<string, object?> { ["action"] = "request_fail", ["source"] = new List<object?> { "p" }, ["message"] = new Dictionary<string, object?>() } },
            new() { CorrelationId = "d", Headers = new Dictionary<string, object?> { ["action"] = "nonsense", ["source"] = Name("p"), ["message"] = null }, ContentType = "x", Priority = 9 },
        ];
        foreach (var body in bodies)
        {
            foreach (var property in properties)
            {
                await Log.Bus.PublishAsync("request", Tag("p"), property, body);
                await Log.Bus.PublishAsync("kill", Tag("p"), property, body);
                await Log.Bus.PublishAsync("status", Tag("p"), property, body);
            }
        }
        var id = await Client.SendAsync(Tag("p"), "still there");
        var lines = await Log.LinesAsync(id, 4);
        Assert.Equal($"{Name("q")} request_success still there", lines[3]);
        Assert.Equal((bodies.Length * properties.Length) + 1, primary.Counters.Received);
        Assert.Equal(bodies.Length * properties.Length, primary.Counters.Malformed);
        Assert.Equal(bodies.Length * properties.Length, primary.Counters.Kills);
        Assert.True(post.Counters.Malformed >= bodies.Length * 5, $"{post.Counters.Malformed} malformed statuses");
        Assert.True(Client.Malformed > 0);
        // Whatever was refused, the statuses that went out can be read by a Python peer.
        Assert.All(Log.Of("b").Where(s => s.Source == Name("q")), s => Assert.NotNull(s.Request));
    }

    [Fact]
    public async Task A_stop_lets_the_request_in_hand_finish_and_fails_those_that_wait()
    {
        using var release = new SemaphoreSlim(0);
        var primary = await Primary("p", new Handler(async (_, _, _) =>
        {
            await release.WaitAsync(CancellationToken.None);
            return "done";
        }));
        var inHand = await Client.SendAsync(Tag("p"), 1);
        var waiting = await Client.SendAsync(Tag("p"), 2);
        await Log.LinesAsync(inHand, 1);
        await Eventually.TrueAsync(() => primary.Waiting == 1, "the second request waits in the service");
        primary.Stop();
        release.Release();
        Assert.True(primary.WaitTillStopped(Wait30));
        Assert.Equal($"{Name("p")} request_success done", (await Log.LinesAsync(inHand, 2))[1]);
        Assert.Equal([$"{Name("p")} request_fail The service was stopped."], await Log.LinesAsync(waiting, 1));
        Assert.Equal(ServiceState.Stopped, primary.State);
        await Assert.ThrowsAsync<UserErrorException>(() => Client.SendAsync(Tag("p"), 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_ends_a_request_that_takes_too_long_whether_it_heeds_its_token_or_not(bool heeds)
    {
        using var release = new SemaphoreSlim(0);
        var options = new RequestServiceOptions { Tag = Tag("p"), StopPatience = TimeSpan.FromMilliseconds(100) };
        var primary = await Start(bus => new PrimaryService(bus, Name("p"), new Handler(async (_, _, kill) =>
        {
            await release.WaitAsync(heeds ? kill : default);
            return "too late";
        }), options));
        var id = await Client.SendAsync(Tag("p"), 1);
        await Log.LinesAsync(id, 1);
        primary.Stop();
        Assert.True(primary.WaitTillStopped(Wait30));
        Assert.Equal($"{Name("p")} request_fail The service was stopped.", (await Log.LinesAsync(id, 2))[1]);
        release.Release();
    }

    [Fact]
    public async Task A_service_can_be_started_again()
    {
        var primary = await Primary("p", Handler.Echo);
        primary.Stop();
        Assert.True(primary.WaitTillStopped(Wait30));
        primary.Start();
        await Eventually.TrueAsync(() => primary.IsListening, "the service listens again");
        Assert.Equal(2, (await Log.LinesAsync(await Client.SendAsync(Tag("p"), 1), 2)).Length);
    }

    [Fact]
    public async Task Requests_that_a_crash_took_with_it_are_failed_by_the_next_service_of_that_name()
    {
        var folder = Directory.CreateTempSubdirectory("hutch journal ").FullName;
        await using (var store = Stores.Open($"sqlite://{folder}/store.db"))
        {
            var options = new RequestServiceOptions { Tag = Tag("p"), Journal = store };
            var never = new TaskCompletionSource<object?>();
            var crashing = Transport.Open(Url);
            var first = new PrimaryService(crashing, Name("p"), new Handler((_, _, _) => never.Task), options with { StopPatience = TimeSpan.FromMilliseconds(10) });
            first.Start();
            await Eventually.TrueAsync(() => first.IsListening, "the service listens");
            var running = await Client.SendAsync(Tag("p"), 1);
            var waiting = await Client.SendAsync(Tag("p"), 2);
            await Log.LinesAsync(running, 1);
            await Eventually.TrueAsync(async () => (await store.KeysAsync("request:*")).Count == 2, TimeSpan.FromSeconds(30), () => "both are in the journal");
            await crashing.DisposeAsync();      // as a dead process: nothing more can be said

            await Start(bus => new PrimaryService(bus, Name("p"), Handler.Echo, options));
            Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail The service {Name("p")} ended while it had this request; send it again."],
                await Log.LinesAsync(running, 2));
            Assert.Single(await Log.LinesAsync(waiting, 1));
            await Log.LinesAsync(await Client.SendAsync(Tag("p"), 3), 2);
            await Eventually.TrueAsync(async () => (await store.KeysAsync("request:*")).Count == 0, TimeSpan.FromSeconds(30), () => "the journal is empty");
            first.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_completion_can_be_waited_for_before_during_and_after()
    {
        using var release = new SemaphoreSlim(0);
        await Primary("p", new Handler(async (_, _, _) =>
        {
            await release.WaitAsync(CancellationToken.None);
            return "done";
        }));
        await Post("q", "p", Handler.Echo);
        var id = Guid.NewGuid().ToString();
        var before = Log.Aggregator.WaitForCompletionAsync(id, Wait30, [Name("p"), Name("q")]);
        await Client.SendAsync(Tag("p"), "x", requestId: id);
        release.Release();
        Assert.True((await before).Succeeded);
        var after = await Log.Aggregator.WaitForCompletionAsync(id, TimeSpan.FromMilliseconds(1));
        Assert.Equal([Name("p"), Name("q")], after.Services.Keys);
        Assert.Equal("\"x\"", Encoding.UTF8.GetString(after.Body.Span));
    }

    private protected static TimeSpan Wait30 { get; } = TimeSpan.FromSeconds(30);

    private protected string Tag(string name) => $"{_run}.{name}";

    private protected string Name(string name) => $"{name}-{_run}";

    private protected Task<RequestService> Primary(string name, IRequestHandler handler, string? tag = null) =>
        Start(bus => new PrimaryService(bus, Name(name), handler, new RequestServiceOptions { Tag = tag ?? Tag(name) }));

    private protected Task<RequestService> Post(string name, string primary, IRequestHandler handler) =>
        Start(bus => new PostProcessingService(bus, Name(name), Name(primary), handler, new RequestServiceOptions { Tag = Tag(name) }));

    private protected async Task<RequestService> Start(Func<ITransport, RequestService> make)
    {
        var bus = Transport.Open(Url);
        _transports.Add(bus);
        var service = make(bus);
        _services.Add(service);
        service.Start();
        await Eventually.TrueAsync(() => service.IsListening, $"{service.ServiceName} listens");
        return service;
    }

    private sealed record WriteRequest(string OutputFile, int NImages);
}

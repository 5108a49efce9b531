using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>Requests, kills and statuses, whatever the bus is made of.</summary>
public abstract partial class RequestContract : IAsyncLifetime
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly List<RequestService> _services = [];
    private readonly List<ITransport> _transports = [];
    private StatusLog _log = null!;

    protected abstract string Url { get; }

    private protected StatusLog Log => _log;

    private RequestClient Client => _log.Client;

    public async ValueTask InitializeAsync() => _log = await StatusLog.OpenAsync(Url);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
            service.Dispose();
        await _log.DisposeAsync();
        foreach (var transport in _transports)
            await transport.DisposeAsync();
    }

    /// <summary>Results that arrive as they are, as JSON.</summary>
    private protected static readonly string[] WholeResults =
    [
        """{"file":"/data/a.h5","images":12,"ok":true,"note":null,"parts":[{"n":-1},{"n":5000000000},["x"]],"ü":"é"}""",
        """["a",1,false,null,["b",{"c":["d"]}]]""",
        $"[{string.Join(',', Enumerable.Repeat("\"\"", 9_990))}]",   // near the limit: each item is larger on the wire than as JSON
    ];

    /// <summary>Results that arrive as text.</summary>
    private protected static readonly string[] TextResults =
        ["""{"mean":1.5,"n":1}""", """[1,[2,-5000000000]]""", $$"""{"{{new string('k', 256)}}":1}"""];

    [Fact]
    public async Task An_object_or_list_arrives_as_it_is_unless_something_in_it_cannot()
    {
        await Primary("p", new Handler((_, request, _) => Task.FromResult<object?>(request.Content)));
        foreach (var value in WholeResults.Concat(TextResults))
        {
            var id = await Client.SendJsonAsync(Tag("p"), Encoding.UTF8.GetBytes(value));
            await Log.LinesAsync(id, 2);
            var message = Log.Of(id)[1].Message;
            if (WholeResults.Contains(value))
                Assert.True(JsonElement.DeepEquals(JsonSerializer.Deserialize<JsonElement>(value), Assert.IsType<JsonElement>(message)), $"{value} arrived as {message}");
            else
                Assert.Equal(value, message);
        }
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

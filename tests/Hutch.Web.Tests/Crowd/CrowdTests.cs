using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Crowd;

/// <summary>One client opens far more than it needs, sends too much or reads nothing; others must not notice.</summary>
public sealed class CrowdTests : IDisposable
{
    private const string Crowd = "127.0.0.3";
    private const string Other = "127.0.0.1";

    /// <summary>Far below the 20 s that others waited for, and far above what a loaded machine takes; the figure itself is in docs/rest.md.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    private readonly TestInstrument _instrument = new(change: settings => settings with { ConnectionsPerClient = 300, LiveStream = "ipc:///tmp/hutch-no-stream" });
    private readonly List<RawClient> _clients = [];

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        _instrument.Dispose();
    }

    [Fact]
    public async Task Half_open_connections_and_viewers_do_not_make_others_wait()
    {
        using var client = ClientFrom(Other);
        await SlowestAsync(client, 20);   // what is compiled at first use
        for (var i = 0; i < 150; i++)
            Connect().Send(i % 2 == 0 ? "GET /writer/sta" : "POST /writer/write_async HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
        var streams = Enumerable.Range(0, 60).Select(_ => Connect().Get("/daq/live")).Concat(Enumerable.Range(0, 60).Select(_ => Connect().Get("/api/v1/events"))).ToList();

        var (slowest, p99) = await SlowestAsync(client, 300);
        TestContext.Current.TestOutputHelper?.WriteLine($"p99 {p99.TotalMilliseconds:0.00} ms, slowest {slowest.TotalMilliseconds:0.00} ms");
        Assert.True(slowest < Bound, $"one waited {slowest.TotalMilliseconds:0} ms, p99 {p99.TotalMilliseconds:0.0} ms");

        // 20 of the streams were taken, the others told why not.
        var first = new List<string?>();
        foreach (var stream in streams)
            first.Add(await stream.ReadLineAsync());
        Assert.Equal(20, first.Count(line => line == "HTTP/1.1 200 OK"));
        Assert.Equal(100, first.Count(line => line == "HTTP/1.1 429 Too Many Requests"));
        using (var viewer = new RawClient(_instrument, Other))
            Assert.Equal("HTTP/1.1 200 OK", await viewer.Get("/daq/live").ReadLineAsync());

        foreach (var connection in _clients)
            connection.Dispose();
        Assert.True((await SlowestAsync(client, 100)).Slowest < Bound);
        // Their places are free again.
        await UntilAsync(async () =>
        {
            using var again = new RawClient(_instrument, Crowd);
            return await again.Get("/api/v1/events").ReadLineAsync() == "HTTP/1.1 200 OK";
        });
    }

    [Fact]
    public async Task A_client_that_holds_all_its_connections_is_told_so_and_others_are_answered()
    {
        var first = Connect();
        for (var i = 1; i < 300; i++)
            Connect();
        Assert.Equal("HTTP/1.1 200 OK", await first.Get("/writer/status").ReadLineAsync());   // and so the server has accepted one at least
        await UntilAsync(async () =>
        {
            using var tooMany = new RawClient(_instrument, Crowd);
            return (await tooMany.Get("/writer/status").ReadToEndAsync()).Contains("connections already", StringComparison.Ordinal);
        });
        using var client = ClientFrom(Other);
        Assert.True((await SlowestAsync(client, 20)).Slowest < Bound);
    }

    [Theory]
    [InlineData("Content-Length: 30000000\r\n\r\n", false)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n", true)]
    public async Task A_body_of_30_MB_is_answered_before_the_connection_is_closed(string headers, bool chunked)
    {
        var client = Connect().Send($"POST /daq/config HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}");
        // All is sent before anything is read, as simple clients do.
        var block = new string('x', 1_000_000);
        for (var i = 0; i < 30; i++)
            client.Send(chunked ? $"F4240\r\n{block}\r\n" : block);
        if (chunked)
            client.Send("0\r\n\r\n");
        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.Contains("at most 1048576 bytes", answer, StringComparison.Ordinal);
        using var other = ClientFrom(Other);
        Assert.True((await SlowestAsync(other, 20)).Slowest < Bound);
    }

    private RawClient Connect()
    {
        var client = new RawClient(_instrument, Crowd);
        _clients.Add(client);
        return client;
    }

    private HttpClient ClientFrom(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancel) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = _instrument.Server.Url };

    // Of the deployed interface and of Hutch's own, in turn.
    private static async Task<(TimeSpan Slowest, TimeSpan P99)> SlowestAsync(HttpClient client, int requests)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < requests; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(i % 2 == 0 ? "/writer/status" : "/api/v1/acquisitions/current");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            _ = await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(begun));
        }
        times.Sort();
        return (times[^1], times[(int)(times.Count * 0.99)]);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!await condition())
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), "still not after 30 s");
    }
}

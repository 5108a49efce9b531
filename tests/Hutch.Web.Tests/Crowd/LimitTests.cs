using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Crowd;

/// <summary>What is too much is refused with the limit and the way out, and counted; small limits, real sockets.</summary>
public sealed class LimitTests : IDisposable
{
    private const string Crowd = "127.0.0.3";

    private TestInstrument _instrument = null!;

    private readonly List<RawClient> _clients = [];

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        _instrument.Dispose();
    }

    [Fact]
    public async Task A_waiting_connection_gives_its_place_to_a_command_and_one_in_use_does_not()
    {
        Start(connections: 6, streams: 6);
        for (var i = 0; i < 20; i++)
            Connect(Crowd).Send("GET /writer/sta");
        Assert.Equal("HTTP/1.1 200 OK", await Connect(Crowd).Get("/writer/status").ReadLineAsync());
        var first = await _instrument.Client.GetJsonAsync("/api/v1/clients");
        Assert.True((int)first["closed_connections"]! >= 15, $"{first}");

        for (var i = 0; i < 6; i++)
        {
            Connect(Crowd).Get(i % 2 == 0 ? "/api/v1/events" : "/daq/live");
            await UntilAsync(c => (int?)c?["streams"] == i + 1);
        }
        await UntilAsync(c => (int?)c?["waiting"] == 0 && (int?)c["connections"] == 6);
        var refused = await Connect(Crowd).Get("/writer/status").ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 429 Too Many Requests", refused, StringComparison.Ordinal);
        Assert.Contains("as many connections in use as one client may have, 6", refused, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 200 OK", await Connect("127.0.0.4").Get("/writer/status").ReadLineAsync());
    }

    [Fact]
    public async Task A_stream_too_many_is_refused_and_a_place_comes_back_when_one_ends()
    {
        Start(connections: 100, streams: 5);
        var streams = new List<RawClient>();
        for (var i = 0; i < 5; i++)
        {
            streams.Add(Connect(Crowd).Get(i % 2 == 0 ? "/api/v1/events" : "/daq/live"));
            await UntilAsync(c => (int?)c?["streams"] == i + 1);
        }
        var own = await Connect(Crowd).Get("/daq/live").AnswerAsync();
        Assert.Equal(429, own.Status);
        Assert.Contains("127.0.0.3 has 5 streams open, and one client may have 5", own.Body, StringComparison.Ordinal);

        for (var i = 0; i < 2; i++)
            Assert.Equal("HTTP/1.1 200 OK", await Connect($"127.0.0.{4 + i}").Get("/api/v1/events").ReadLineAsync());
        var all = await Connect("127.0.0.6").Get("/api/v1/events").AnswerAsync();
        Assert.Equal(503, all.Status);
        Assert.Contains("all 7 streams are in use", all.Body, StringComparison.Ordinal);
        Assert.Equal(2, (int)(await _instrument.Client.GetJsonAsync("/api/v1/clients"))["refused_streams"]!);

        streams[0].Dispose();
        await UntilAsync(c => (int?)c?["streams"] == 4);
        Assert.Equal("HTTP/1.1 200 OK", await Connect(Crowd).Get("/api/v1/events").ReadLineAsync());
    }

    [Theory]
    [InlineData("/writer/write_async", true)]
    [InlineData("/api/v1/acquisitions", true)]
    [InlineData("/writer/write_async", false)]
    [InlineData("/writer/stop", true)]
    public async Task A_body_that_is_too_large_is_answered_while_it_is_still_sent(string path, bool saysHowLarge)
    {
        Start(connections: 6, streams: 5);
        const int size = 30 << 20;
        var client = Connect(Crowd).Send($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + (saysHowLarge ? $"Content-Length: {size}\r\n\r\n" : $"Transfer-Encoding: chunked\r\n\r\n{size.ToString("x", CultureInfo.InvariantCulture)}\r\n"));
        Assert.Equal(size, await client.SendBodyAsync(size));
        if (!saysHowLarge)
            client.Send("\r\n0\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 413 Payload Too Large", answer, StringComparison.Ordinal);
        Assert.Contains("more than 1048576 bytes", answer, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _instrument.Client.AskAsync(HttpMethod.Get, "/writer/status")).Status);
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up()
    {
        Start(connections: 6, streams: 5);
        var answer = await Connect(Crowd).Send("POST /writer/write_async HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{").ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 408 Request Timeout", answer, StringComparison.Ordinal);
        Assert.Contains("did not arrive within 1 s", answer, StringComparison.Ordinal);
    }

    private void Start(int connections, int streams) => _instrument = new TestInstrument(change: settings => settings with
    {
        ConnectionsPerClient = connections,
        StreamsPerClient = streams,
        Streams = 7,
        BodyTime = TimeSpan.FromSeconds(1),
    });

    private RawClient Connect(string from)
    {
        var client = new RawClient(_instrument, from);
        _clients.Add(client);
        return client;
    }

    private async Task UntilAsync(Func<JsonNode?, bool> condition)
    {
        JsonNode? counts = null;
        for (var i = 0; i < 300; i++)
        {
            counts = await _instrument.Client.GetJsonAsync("/api/v1/clients");
            if (condition(counts["clients"]!.AsArray().FirstOrDefault(c => (string?)c!["address"] == Crowd)))
                return;
            await Task.Delay(20);
        }
        Assert.Fail($"{counts}");
    }
}

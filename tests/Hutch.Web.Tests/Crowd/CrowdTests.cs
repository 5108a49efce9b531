using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Crowd;

/// <summary>One client opens far more than it needs; others must not notice.</summary>
public sealed class CrowdTests : IDisposable
{
    private const string Crowd = "127.0.0.3";
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(50);

    private readonly TestInstrument _instrument = new();
    private readonly List<RawClient> _clients = [];

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
        _instrument.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData(Crowd)]
    public async Task Half_open_connections_and_viewers_do_not_make_others_wait(string other)
    {
        using var client = ClientFrom(other);
        await P99Async(client, "/writer/status", 20);   // what is compiled at first use
        await P99Async(client, "/api/v1/acquisitions/current", 20);
        for (var i = 0; i < 150; i++)
            Connect().Send(i % 2 == 0 ? "GET /writer/sta" : "POST /writer/write_async HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
        for (var i = 0; i < 60; i++)
            Connect().Get("/daq/live");
        for (var i = 0; i < 60; i++)
            Connect().Get("/api/v1/events");

        var (status, own) = (await P99Async(client, "/writer/status", 300), await P99Async(client, "/api/v1/acquisitions/current", 300));
        Assert.True(status < Bound && own < Bound, $"p99 of /writer/status {status.TotalMilliseconds:0.0} ms, of /api/v1/acquisitions/current {own.TotalMilliseconds:0.0} ms");

        var places = _instrument.Settings.StreamsPerClient;
        JsonNode? counts = null;
        for (var i = 0; i < 300 && (counts is null || (int)counts["refused_streams"]! < 60 + 60 - places); i++)
            counts = await client.GetJsonAsync("/api/v1/clients");
        var crowd = counts!["clients"]!.AsArray().Single(c => (string?)c!["address"] == Crowd)!;
        Assert.Equal((places, 60 + 60 - places), ((int)crowd["streams"]!, (int)counts["refused_streams"]!));
        Assert.InRange((int)crowd["connections"]!, places, _instrument.Settings.ConnectionsPerClient);

        foreach (var connection in _clients)
            connection.Dispose();
        for (var begun = Stopwatch.GetTimestamp(); !HasLeft(counts); counts = await TryGetCountsAsync(client))
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(20), $"the crowd has left, but is counted: {counts}");
        var afterwards = await P99Async(client, "/writer/status", 300);
        Assert.True(afterwards < Bound, $"p99 of /writer/status {afterwards.TotalMilliseconds:0.0} ms when the crowd has left");
    }

    // But for the one connection of its own client.
    private static bool HasLeft(JsonNode? counts) =>
        counts is not null && counts["clients"]!.AsArray().All(c => (string?)c!["address"] != Crowd || ((int)c["streams"]! == 0 && (int)c["connections"]! <= 1));

    // The crowd's own client is refused until its connections are seen to have gone.
    private static async Task<JsonNode?> TryGetCountsAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/clients");
        return answer.IsSuccessStatusCode ? JsonNode.Parse(await answer.Content.ReadAsStringAsync()) : null;
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

    private static async Task<TimeSpan> P99Async(HttpClient client, string path, int requests)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < requests; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            _ = await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(begun));
        }
        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }
}

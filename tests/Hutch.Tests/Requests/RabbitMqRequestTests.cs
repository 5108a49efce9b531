using System.Text.Json.Nodes;
using Hutch.Bus.Requests;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

/// <summary>The contract on RabbitMQ, and the same conversations with pika at the other end.</summary>
[Collection(RabbitMqCollection.Name)]
public sealed class RabbitMqRequestTests(RabbitMqServer server) : RequestContract
{
    protected override string Url => server.Url;

    [Fact]
    public async Task A_pika_client_drives_our_primary_and_post_processing_services()
    {
        await Primary("p", new Handler(async (_, request, kill) =>
        {
            var behaviour = request.Content.GetProperty("behaviour").GetString();
            if (behaviour == "wait")
                await Task.Delay(Timeout.Infinite, kill);
            return behaviour == "fail" ? throw new InvalidDataException("bad ü") : request.Content.GetProperty("value");
        }));
        await Post("q", "p", new Handler((_, request, _) => Task.FromResult<object?>($"post:{request.PrimaryResult}")));
        await using var peer = await PeerProcess.StartAsync("std_daq_client.py", $"{server.Port}", Tag("p"));

        async Task<string> Send(object request)
        {
            var already = (await peer.AllAsync("sent", 0)).Length;
            peer.Tell(new { send = request, headers = new { x_extra = 1 } });
            return (string)(await peer.AllAsync("sent", already + 1))[already]!;
        }
        Task<JsonNode[]> Statuses(string id, int count) => peer.AllAsync("status", count, s => (string?)s["id"] == id);
        static string Line(JsonNode status) => $"{status["source"]} {status["action"]} {status["message"]?.ToJsonString() ?? "null"}";

        var ok = await Send(new { behaviour = "ok", value = "héllo" });
        var statuses = await Statuses(ok, 4);
        Assert.Equal(
            [$"{Name("p")} request_start null", $"{Name("p")} request_success \"h\\u00E9llo\"", $"{Name("q")} request_start null", $"{Name("q")} request_success \"post:h\\u00E9llo\""],
            statuses.Select(Line));
        Assert.Equal([Tag("p"), Tag("p"), Tag("q"), Tag("q")], statuses.Select(s => (string)s["key"]!));
        Assert.All(statuses, s => Assert.Equal("""{"behaviour": "ok", "value": "h\u00e9llo"}""", (string?)s["body"]));
        Assert.All(statuses, s => Assert.Empty((JsonObject)s["other"]!));

        foreach (var (value, seen) in new (object? Value, string Seen)[] { (null, "null"), (true, "true"), (7, "7"), (-7, "-7"), (1.5, "\"1.5\""), (5_000_000_000, "5000000000"), (-5_000_000_000, "\"-5000000000\"") })
        {
            var id = await Send(new { behaviour = "ok", value });
            Assert.Equal($"{Name("p")} request_success {seen}", Line((await Statuses(id, 2))[1]));
        }

        foreach (var value in WholeResults.Concat(["[]", "{}", """{"empty":[[],{}]}"""]))
        {
            var status = (await Statuses(await Send(new { behaviour = "ok", value = JsonNode.Parse(value) }), 2))[1];
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value), status["message"]), $"{value} arrived as {status["message"]?.ToJsonString()}");
        }
        foreach (var value in TextResults)
        {
            var status = (await Statuses(await Send(new { behaviour = "ok", value = JsonNode.Parse(value) }), 2))[1];
            Assert.Equal(value, (string?)status["message"]);
        }

        var failed = await Statuses(await Send(new { behaviour = "fail" }), 3);
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail \"bad \\u00FC\"", $"{Name("q")} request_fail \"Primary service {Name("p")} failure. \""], failed.Select(Line));

        var killed = await Send(new { behaviour = "wait" });
        await Statuses(killed, 1);
        peer.Tell(new { kill = killed });
        Assert.Equal($"{Name("p")} request_fail \"User requested interruption.\"", Line((await Statuses(killed, 2))[1]));
    }

    [Fact]
    public async Task Our_client_drives_pika_based_services()
    {
        await using var primary = await PeerProcess.StartAsync("std_daq_service.py", $"{server.Port}", "primary", Name("p"), Tag("p"));
        await using var post = await PeerProcess.StartAsync("std_daq_service.py", $"{server.Port}", "post", Name("q"), Tag("q"), Name("p"));

        var ok = await Log.Client.SendAsync(Tag("p"), new { behaviour = "ok", value = "héllo" }, new Dictionary<string, object?> { ["x"] = 1 });
        Assert.Equal(
            [$"{Name("p")} request_start null", $"{Name("p")} request_success héllo", $"{Name("q")} request_start null", $"{Name("q")} request_success héllo"],
            await Log.LinesAsync(ok, 4));
        Assert.Equal([Tag("p"), Tag("q")], Log.Of(ok).Select(s => s.Tag).Distinct());
        var seen = await primary.NextAsync("request");
        Assert.Equal(ok, (string?)seen["id"]);
        Assert.Equal(1, (int?)seen["headers"]!["x"]);
        Assert.Empty((JsonObject)seen["other"]!);

        foreach (var value in new object?[] { null, true, 7, 5_000_000_000 })
        {
            var id = await Log.Client.SendAsync(Tag("p"), new { behaviour = "ok", value });
            await Log.LinesAsync(id, 4);
            Assert.Equal(value, Log.Of(id)[1].Message);
        }

        var failed = await Log.Client.SendAsync(Tag("p"), new { behaviour = "fail", value = "bad ü" });
        Assert.Equal([$"{Name("p")} request_start null", $"{Name("p")} request_fail bad ü", $"{Name("q")} request_fail Primary service {Name("p")} failure. "], await Log.LinesAsync(failed, 3));

        var killed = await Log.Client.SendAsync(Tag("p"), new { behaviour = "wait" });
        await Log.LinesAsync(killed, 1);
        await Log.Client.KillAsync(Tag("p"), killed);
        Assert.Equal(killed, (string?)await primary.NextAsync("kill"));
        Assert.Equal($"{Name("p")} request_fail User requested interruption.", (await Log.LinesAsync(killed, 3))[1]);
    }

    [Fact]
    public async Task A_pika_post_processing_service_follows_ours_and_ours_follows_pikas()
    {
        await Primary("ours", new Handler((_, _, _) => Task.FromResult<object?>("by us")));
        await using var theirPost = await PeerProcess.StartAsync("std_daq_service.py", $"{server.Port}", "post", Name("theirs-post"), Tag("theirs-post"), Name("ours"));
        await using var theirs = await PeerProcess.StartAsync("std_daq_service.py", $"{server.Port}", "primary", Name("theirs"), Tag("theirs"));
        await Post("ours-post", "theirs", new Handler((_, request, _) => Task.FromResult(request.PrimaryResult)));

        var first = await Log.Client.SendAsync(Tag("ours"), new { behaviour = "ok", value = "by python" });
        Assert.Equal($"{Name("theirs-post")} request_success by python", (await Log.LinesAsync(first, 4))[3]);
        var second = await Log.Client.SendAsync(Tag("theirs"), new { behaviour = "ok", value = "by python" });
        Assert.Equal($"{Name("ours-post")} request_success by python", (await Log.LinesAsync(second, 4))[3]);
    }

    [Fact]
    public async Task What_is_hostile_never_reaches_a_python_peer_through_us()
    {
        await Primary("p", new Handler((_, _, _) => Task.FromResult<object?>(new string('é', 100_000))));
        await using var post = await PeerProcess.StartAsync("std_daq_service.py", $"{server.Port}", "post", Name("q"), Tag("q"), Name("p"));
        await using var peer = await PeerProcess.StartAsync("std_daq_client.py", $"{server.Port}", Tag("p"));
        await Log.Bus.PublishAsync("request", Tag("p"), new() { CorrelationId = "not json" }, "{"u8.ToArray());
        await Log.Bus.PublishAsync("request", Tag("p"), new(), new byte[] { 0xff });
        var refused = await peer.NextAsync("status", s => (string?)s["id"] == "not json");
        Assert.Equal("request_fail", (string?)refused["action"]);
        Assert.StartsWith("The request is not JSON", (string?)refused["message"], StringComparison.Ordinal);
        await Log.LinesAsync("not json", 2);

        var id = await Log.Client.SendAsync(Tag("p"), new { behaviour = "ok", value = "still there" });
        Assert.Equal($"{Name("q")} request_success still there", (await Log.LinesAsync(id, 4))[3]);
        Assert.EndsWith("(70000 characters more)", (string?)(await peer.AllAsync("status", 2, s => (string?)s["id"] == id))[1]["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_broker_shows_what_the_deployed_participants_show()
    {
        await Primary("p", Handler.Echo);
        await Post("q", "p", Handler.Echo);
        var exchanges = await server.ControlAsync("list_exchanges", "name", "type", "durable", "auto_delete", "internal", "arguments");
        Assert.Contains("kill\ttopic\tfalse\tfalse\tfalse\t[]", exchanges);
        Assert.Contains("request\ttopic\tfalse\tfalse\tfalse\t[]", exchanges);
        Assert.Contains("status\tfanout\tfalse\tfalse\tfalse\t[]", exchanges);
        var bindings = await server.ControlAsync("list_bindings", "source_name", "destination_name", "routing_key", "arguments");
        var queue = Assert.Single(bindings, b => b.StartsWith("request\t", StringComparison.Ordinal) && b.EndsWith($"\t{Tag("p")}\t[]", StringComparison.Ordinal)).Split('\t')[1];
        Assert.True(Guid.TryParse(queue, out _), queue);
        Assert.Single(bindings, b => b.StartsWith("kill\t", StringComparison.Ordinal) && b.EndsWith($"\t{Tag("p")}\t[]", StringComparison.Ordinal));
        Assert.Single(bindings, b => b.StartsWith("status\t", StringComparison.Ordinal) && b.EndsWith($"\t{Name("p")}\t[]", StringComparison.Ordinal));
        var queues = await server.ControlAsync("list_queues", "name", "durable", "auto_delete", "exclusive", "arguments");
        Assert.Contains($"{queue}\tfalse\ttrue\ttrue\t[]", queues);
        var consumers = await server.ControlAsync("list_consumers", "queue_name", "ack_required", "prefetch_count");
        Assert.Contains($"{queue}\ttrue\t1", consumers);
    }

    [Fact]
    public async Task Connections_lost_in_the_middle_neither_lose_nor_reorder_the_statuses_of_accepted_requests()
    {
        await using var bus = Transport.Open(Url);
        using var primary = new PrimaryService(bus, Name("p"), new Handler(async (_, request, _) =>
        {
            if (request.Content.GetInt32() % 3 == 0)
                await Task.Yield();
            return null;
        }), new RequestServiceOptions { Tag = Tag("p") });
        primary.Start();
        await Eventually.TrueAsync(() => primary.IsListening, "the service listens");
        var ids = new List<string>();
        async Task<bool> IsAcceptedAsync(int number)
        {
            try
            {
                ids.Add(await Log.Client.SendAsync(Tag("p"), number));
                return true;
            }
            catch (UserErrorException)
            {
                return false;   // nobody listens just now
            }
        }
        for (var i = 0; i < 300; i++)
        {
            if (i % 20 == 10)
                await bus.ReconnectAsync("lost on purpose");
            var number = i;
            await Eventually.TrueAsync(() => IsAcceptedAsync(number), TimeSpan.FromSeconds(30), () => $"nobody takes request {number}");
        }
        await Log.LinesAsync(await Log.Client.SendAsync(Tag("p"), 1), 2);
        // A request that was still in the broker when the connection went, went with its queue, as with every service.
        var heard = ids.Select(Log.Of).Where(statuses => statuses.Length > 0).ToArray();
        Assert.Equal(primary.Counters.Received - 1, heard.Length);
        Assert.InRange(heard.Length, 200, 300);
        Assert.All(heard, statuses =>
        {
            Assert.Equal(RequestAction.Start, statuses[0].Action);
            Assert.Equal(RequestAction.Success, statuses[^1].Action);
        });
        Assert.True(bus.Counters.Connects >= 15, $"{bus.Counters.Connects} connections");
    }

    [Fact]
    public async Task Nothing_is_left_behind_in_the_broker()
    {
        var before = (await server.ControlAsync("list_queues", "name")).Length;
        var primary = await Primary("p", Handler.Echo);
        await using (var client = await StatusLog.OpenAsync(Url))
            await client.LinesAsync(await client.Client.SendAsync(Tag("p"), 1), 2);
        primary.Dispose();
        var after = 0;
        await Eventually.TrueAsync(async () => (after = (await server.ControlAsync("list_queues", "name")).Length) <= before, TimeSpan.FromSeconds(60),
            () => $"{before} queues before, {after} after");
    }
}

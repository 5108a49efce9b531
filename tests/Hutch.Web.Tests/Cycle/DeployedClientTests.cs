using Hutch.Acquisitions;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Tests.Servers;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Cycle;

/// <summary>A whole cycle by clients that know nothing of Hutch.</summary>
public class DeployedClientTests
{
    [Fact]
    public async Task A_python_client_and_curl_drive_a_cycle_and_redis_py_sees_every_status()
    {
        var redis = new RedisServer();
        await redis.InitializeAsync();
        try
        {
            using var follower = Peer.Python("redis_follower.py", $"{redis.Port}");
            var raised = new ConcurrentQueue<string>();
            using (var instrument = new TestInstrument(redis.Url))
            {
                instrument.Daq.StatusChanged += (_, status) => raised.Enqueue(JsonSerializer.Serialize(status));
                using var client = Peer.Python("rest_client.py", instrument.Url, instrument.Data);
                client.Succeed();
                Curl(instrument);
                await Eventually.TrueAsync(async () => (await instrument.Store.LengthAsync(DaqKeys.Statistics)) > 0, TimeSpan.FromSeconds(30), () => "no statistics");
            }
            await using (var store = Stores.Open(redis.Url))
            {
                var stored = await store.LengthAsync(DaqKeys.Status);
                await Eventually.TrueAsync(() => follower.Output.Split("\"daq:status\"").Length > stored, $"{stored} statuses are followed");
            }
            follower.CloseInput();
            var seen = follower.Succeed().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!).ToList();

            AssertContainsInOrder(raised, [.. seen.Where(e => (string?)e["stream"] == "daq:status").Select(e => e["json"]!.ToJsonString())]);
            Assert.Equal([77UL], seen.Where(e => (string?)e["stream"] == "daq:log").Select(e => (ulong)e["json"]!["info"]!["run_id"]!).Where(r => r == 77));
            Assert.Equal(3, seen.Count(e => (string?)e["stream"] == "daq:config"));
            Assert.All(seen.Where(e => (string?)e["stream"] == "daq:stat"), e => Assert.True((double)e["json"]!["detector"]!["images_per_second"]! > 0));
        }
        finally
        {
            await redis.DisposeAsync();
        }
    }

    [Fact]
    public void The_embedded_store_serves_the_same_client()
    {
        using var instrument = new TestInstrument();
        using var client = Peer.Python("rest_client.py", instrument.Url, instrument.Data);
        client.Succeed();
    }

    private static void Curl(TestInstrument instrument)
    {
        using var status = Peer.Start("curl", "-sS", "--fail", $"{instrument.Url}/writer/status");
        Assert.Equal("ok", (string?)JsonNode.Parse(status.Succeed())!["status"]);
        using var stop = Peer.Start("curl", "-sS", "--fail", "-X", "POST", $"{instrument.Url}/writer/stop");
        Assert.Equal("Writing stopped.", (string?)JsonNode.Parse(stop.Succeed())!["message"]);
        using var form = Peer.Start("curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-d", "n_images=1", $"{instrument.Url}/writer/write_async");
        Assert.Equal("422", form.Succeed().Trim());
    }

    // Numbers may be written in more than one way: the values are compared.
    private static void AssertContainsInOrder(IEnumerable<string> expected, List<string> seen)
    {
        var at = 0;
        foreach (var one in expected.Select(e => JsonNode.Parse(e)!))
        {
            while (at < seen.Count && !JsonNode.DeepEquals(JsonNode.Parse(seen[at]), one))
                at++;
            Assert.True(at < seen.Count, $"not seen, or in another order: {one.ToJsonString()}\nseen:\n{string.Join('\n', seen)}");
        }
    }
}

using Hutch.Acquisitions;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Tests.Servers;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.State;

/// <summary>Redis goes away and comes back while images are written.</summary>
public class StoreOutageTests
{
    [Fact]
    public async Task No_image_is_lost_and_no_status_once_it_is_back()
    {
        var redis = new RedisServer();
        await redis.InitializeAsync();
        try
        {
            using var instrument = new TestInstrument(redis.Url);
            var raised = new ConcurrentQueue<JsonNode>();
            instrument.Daq.StatusChanged += (_, status) => raised.Enqueue(JsonSerializer.SerializeToNode(status)!);
            await instrument.Client.PostAsync("/simulation/start", null);
            var (_, begun) = await instrument.Client.PostAsync("/writer/write_async", new JsonObject { ["n_images"] = 200, ["output_file"] = instrument.NewFile() });
            Assert.Equal("ok", (string?)begun!["status"]);
            await Eventually.TrueAsync(() => Written(instrument) > 20, "images are written");

            await redis.StopAsync();
            var without = Written(instrument);
            await Eventually.TrueAsync(() => Written(instrument) > without + 40, "images are written without a store");
            // The acquisition is followed and stays what it is while nothing can be stored.
            Assert.Equal("WRITING", (string?)(await instrument.Client.GetJsonAsync("/writer/status"))["writer"]!["state"]);
            await redis.StartAsync();

            await Eventually.TrueAsync(() => instrument.Daq.Status.Acquisition is { HasEnded: true }, "its end", 120);
            var run = instrument.Daq.Status.Acquisition!;
            Assert.Equal((AcquisitionState.Finished, 200L, true), (run.State, run.Statistics.Completed, run.Ledger!.AddsUp));
            Assert.All(run.Ledger.Stages, s => Assert.Empty(s.Lost));

            await Eventually.TrueAsync(async () => await instrument.Store.LengthAsync(DaqKeys.Acquisitions) == 1, TimeSpan.FromSeconds(60), () => "the acquisition is not in the store");
            var stored = (await instrument.Store.RangeAsync(DaqKeys.Status, StreamId.Zero, StreamId.Max)).Select(AcquisitionLog.ReadObject).ToList();
            var at = 0;
            foreach (var one in raised)
            {
                at = stored.FindIndex(at, s => JsonNode.DeepEquals(s, one));
                Assert.True(at++ >= 0, $"a status is not in the store, or out of order: {one.ToJsonString()}");
            }
            // The end is there too.
            var final = JsonSerializer.SerializeToNode(instrument.Daq.Status);
            Assert.Contains(stored, s => JsonNode.DeepEquals(s, final));
            Assert.Equal(1, await instrument.Store.LengthAsync(DaqKeys.Log));
        }
        finally
        {
            await redis.DisposeAsync();
        }
    }

    private static long Written(TestInstrument instrument) => instrument.Daq.Status.Acquisition?.Statistics.Completed ?? 0;
}

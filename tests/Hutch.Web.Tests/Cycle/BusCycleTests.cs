using System.Text.Json.Nodes;
using Hutch.Bus;
using Hutch.Bus.Requests;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Cycle;

/// <summary>The same cycle through the bus.</summary>
[Collection(SharedInstrument.Collection)]
public class BusCycleTests(SharedInstrument shared)
{
    private readonly TestInstrument _instrument = shared.Instrument;

    [Fact]
    public async Task The_methods_of_daq_drive_a_cycle()
    {
        await using var bus = BusConnection.Open(shared.Bus);
        var patience = new CallOptions { Timeout = TimeSpan.FromSeconds(60) };
        var before = await bus.CallAsync("daq.get_config", options: patience);

        var ended = await bus.CallAsync("daq.start", new { n_images = 3, output_file = _instrument.NewFile(), run_id = 5, wait = true }, patience);
        Assert.Equal("FINISHED", ended.GetProperty("acquisition").GetProperty("state").GetString());

        var set = await bus.CallAsync("daq.set_config", new { config = new { submodule_info = new { a = 1 } } }, patience);
        Assert.NotEqual(before.GetProperty("config_id").GetString(), set.GetProperty("config_id").GetString());
        var refused = await Assert.ThrowsAsync<RpcException>(() => bus.CallAsync("daq.set_config", new { config = new { bit_depth = 77 } }, patience));
        Assert.Contains("bit_depth", refused.Message);
        var back = await bus.CallAsync("daq.rollback_config", options: patience);
        Assert.Equal(before.GetProperty("config").GetRawText(), back.GetProperty("config").GetRawText());

        var logs = await bus.CallAsync("daq.logs", new { n = 1 }, patience);
        Assert.Single(logs.EnumerateObject());
        Assert.Equal("READY", (await bus.CallAsync("daq.status", options: patience)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_write_request_ends_with_the_file_and_a_kill_stops_it()
    {
        await using var bus = BusConnection.Open(shared.Bus);
        await using var requests = new RequestClient(bus.Transport);
        var statuses = new StatusAggregator();
        await requests.SubscribeAsync(statuses.Add);
        var file = _instrument.NewFile();
        var id = await requests.SendAsync(_instrument.Settings.RequestTag, new { n_images = 3, output_file = file });
        var progress = await statuses.WaitForCompletionAsync(id, TimeSpan.FromSeconds(60));
        Assert.Equal(file, progress.Services.Values.Single()[^1].Message);

        id = await requests.SendAsync(_instrument.Settings.RequestTag, new { n_images = 1_000_000, output_file = _instrument.NewFile() });
        await Hutch.Tests.Servers.Eventually.TrueAsync(() => _instrument.Daq.Status.State == Hutch.Detectors.Acquisitions.WriterState.Writing, "it writes");
        await requests.KillAsync(_instrument.Settings.RequestTag, id);
        progress = await statuses.WaitForCompletionAsync(id, TimeSpan.FromSeconds(60));
        Assert.False(progress.Succeeded);
        Assert.Equal("Interrupted.", _instrument.Daq.Status.Acquisition!.Message);
    }

    [Fact]
    public async Task The_older_interface_sends_write_requests_through_the_broker()
    {
        var body = new JsonObject { ["output_file"] = _instrument.NewFile(), ["n_images"] = 2, ["sources"] = new JsonArray("cam"), ["user_id"] = 0 };
        var (status, answer) = await _instrument.Client.PostAsync("/write_sync", body);
        Assert.True((int)status == 200, $"{status} {answer}");
        Assert.Equal("request_success", (string?)answer!["response"]!["status"]);
        Assert.Equal(["output_file", "status", "init_timestamp", "end_timestamp"], answer["response"]!.AsObject().Select(m => m.Key));

        body["output_file"] = _instrument.NewFile();
        body["n_images"] = 1_000_000;
        (_, answer) = await _instrument.Client.PostAsync("/write_async", body);
        var id = (string?)answer!["request_id"];
        await Hutch.Tests.Servers.Eventually.TrueAsync(() => _instrument.Daq.Status.State == Hutch.Detectors.Acquisitions.WriterState.Writing, "it writes");
        (_, answer) = await _instrument.Client.PostAsync("/write_kill", new JsonObject { ["request_id"] = id });
        Assert.Equal("request_fail", (string?)answer!["response"]!["status"]);

        body.Remove("user_id");
        (status, _) = await _instrument.Client.PostAsync("/write_sync", body);
        Assert.Equal(400, (int)status);
    }

    [Fact]
    public async Task Requests_and_methods_are_reached_over_http()
    {
        var client = _instrument.Client;
        var (status, answer) = await client.PostAsync("/api/v1/requests", new JsonObject { ["request"] = new JsonObject { ["n_images"] = 1, ["output_file"] = _instrument.NewFile() } });
        Assert.Equal(202, (int)status);
        var request = await client.GetJsonAsync($"/api/v1/requests/{answer!["request_id"]}?wait=60");
        Assert.Equal("succeeded", (string?)request["state"]);
        Assert.Contains((await client.GetJsonAsync("/api/v1/requests")).AsArray(), r => (string?)r!["request_id"] == (string?)answer["request_id"]);

        Assert.Contains((await client.GetJsonAsync("/api/v1/bus/services")).AsArray(), s => (string?)s!["service"] == "daq");
        (status, answer) = await client.PostAsync("/api/v1/bus/services/daq/status", new JsonObject());
        Assert.Equal(200, (int)status);
        Assert.NotNull(answer!["result"]!["state"]);
        (status, _) = await client.PostAsync("/api/v1/bus/services/nobody/status", new JsonObject());
        Assert.Equal(404, (int)status);
    }
}

using Hutch.Acquisitions;
using System.Text.Json.Nodes;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Daq;
using Hutch.Store;
using Hutch.Tests.Servers;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.State;

/// <summary>The configuration comes to the servers, and back.</summary>
public class DeploymentTests : IDisposable
{
    private readonly TestInstrument _instrument = new();

    public void Dispose() => _instrument.Dispose();

    [Fact]
    public async Task A_deployer_writes_the_file_of_its_server_and_says_so()
    {
        var client = _instrument.Client;
        Assert.Equal("Waiting for servers...", (string?)(await Deployment())["message"]);
        var file = Path.Combine(_instrument.Folder, "server", "daq.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        _instrument.Start(new ConfigDeployer(_instrument.Store, new ConfigDeployerOptions { File = file, ServerName = "daq1" }));
        await Eventually.TrueAsync(async () => (string?)(await Deployment())["status"] == "SUCCESS", TimeSpan.FromSeconds(30), () => "not deployed");
        Assert.Equal("Done", (string?)(await Deployment())["servers"]!["daq1"]);

        await client.PostAsync("/daq/config", new JsonObject { ["ram_buffer_gb"] = 0, ["module_sync_queue_size"] = 17 });
        await Eventually.TrueAsync(async () => File.Exists(file) && DaqConfigurationFile.Read(file).ModuleSyncQueueSize == 17 && (string?)(await Deployment())["status"] == "SUCCESS",
            TimeSpan.FromSeconds(30), () => "the change is not in the file");
        // It is noted after it is said: what stops in between deploys once more, rather than never.
        var (id, noted) = ((string?)(await Deployment())["config_id"], Path.Combine(Path.GetDirectoryName(file)!, "LAST_DEPLOYED_CONFIG_ID"));
        await Eventually.TrueAsync(() => Task.FromResult(File.ReadAllText(noted) == id), TimeSpan.FromSeconds(30), () => $"{File.ReadAllText(noted)} is noted, not {id}");
        Assert.True((double?)(await Deployment())["stats"]!["stop_time"] > 0);
        async Task<JsonNode> Deployment() => (await client.GetJsonAsync("/daq/deployment"))["deployment"]!;
    }

    [Fact]
    public async Task A_server_that_cannot_take_it_says_so()
    {
        var file = Path.Combine(_instrument.Folder, "occupied");
        Directory.CreateDirectory(file + ".next");   // where the deployer would write first
        _instrument.Start(new ConfigDeployer(_instrument.Store, new ConfigDeployerOptions { File = file, ServerName = "daq2" }));
        await Eventually.TrueAsync(async () => (string?)(await _instrument.Client.GetJsonAsync("/daq/deployment"))["deployment"]!["status"] == "ERROR", TimeSpan.FromSeconds(30), () => "no error");
    }

    [Fact]
    public async Task A_rollback_and_a_refused_change_leave_what_runs_as_it_was()
    {
        var client = _instrument.Client;
        var before = await client.GetJsonAsync("/api/v1/config");
        var (status, _) = await client.AskAsync(HttpMethod.Patch, "/api/v1/config", new JsonObject { ["n_modules"] = 1000, ["bit_depth"] = 3 });
        Assert.Equal(400, (int)status);
        Assert.True(JsonNode.DeepEquals(before, await client.GetJsonAsync("/api/v1/config")));

        var (_, changed) = await client.AskAsync(HttpMethod.Patch, "/api/v1/config", new JsonObject { ["module_sync_queue_size"] = 20 }, ("If-Match", $"\"{before["config_id"]}\""));
        Assert.Equal(20, (int?)changed!["config"]!["module_sync_queue_size"]);
        (status, _) = await client.AskAsync(HttpMethod.Patch, "/api/v1/config", new JsonObject { ["module_sync_queue_size"] = 21 }, ("If-Match", $"\"{before["config_id"]}\""));
        Assert.Equal(412, (int)status);

        var (_, back) = await client.PostAsync("/api/v1/config/rollback", new JsonObject());
        Assert.True(JsonNode.DeepEquals(before["config"], back!["config"]));
        var history = (await client.GetJsonAsync("/api/v1/config/history")).AsArray();
        Assert.Equal(["rollback", "set", "initial"], history.Select(h => (string?)h!["what"]));
        Assert.All(history, h => Assert.True((double?)h!["at"] > 1e9 && ((string?)h["who"])!.Length > 0));
        Assert.Equal((string?)before["config_id"], (string?)history[0]!["rollback_of"]);

        await client.PostAsync("/simulation/start", null);
        var (_, written) = await client.PostAsync("/writer/write_sync", new JsonObject { ["n_images"] = 3, ["output_file"] = _instrument.NewFile() });
        Assert.Equal("Completed.", (string?)written!["writer"]!["acquisition"]!["message"]);
    }

    [Fact]
    public async Task A_validator_reports_on_every_file_and_adds_a_thumbnail()
    {
        var client = _instrument.Client;
        _instrument.Start(new FileValidator(_instrument.Store, _instrument.Configuration, "checker"));
        await client.PostAsync("/simulation/start", null);
        var (_, written) = await client.PostAsync("/writer/write_sync", new JsonObject { ["n_images"] = 4, ["output_file"] = _instrument.NewFile() });
        Assert.Equal("ok", (string?)written!["status"]);
        JsonObject logs = [];
        await Eventually.TrueAsync(async () => (logs = (await client.GetJsonAsync("/daq/logs/1"))["logs"]!.AsObject()).Count == 1 && logs.First().Value!["reports"]!.AsArray().Count == 1,
            TimeSpan.FromSeconds(30), () => logs.ToJsonString());
        var report = logs.First().Value!["reports"]![0]!;
        Assert.Equal(("ok", 4, "checker"), ((string?)report["status"], (int?)report["n_images"], (string?)report["validator"]));
        Assert.StartsWith("GIF89a", System.Text.Encoding.Latin1.GetString((await _instrument.Store.GetAsync(DaqKeys.Thumbnail(StreamId.Parse(logs.First().Key))))!));

        // A log that says more than the file has.
        var log = AcquisitionLog.ReadObject((await _instrument.Store.NewestAsync(DaqKeys.Log))[0]);
        log["stats"]!["n_write_completed"] = 5;
        var id = await _instrument.Store.AppendJsonAsync(DaqKeys.Log, log);
        await Eventually.TrueAsync(async () => await _instrument.Store.LengthAsync(DaqKeys.Reports(id)) == 1, TimeSpan.FromSeconds(30), () => "no report");
        report = AcquisitionLog.ReadObject((await _instrument.Store.NewestAsync(DaqKeys.Reports(id)))[0]);
        Assert.Equal("error", (string?)report["status"]);
        Assert.Contains("5 images were written, the files have 4", report["errors"]!.ToJsonString());
    }
}

using System.Text.Json.Nodes;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Deployed;

/// <summary>Configuration files by name, on two servers.</summary>
public class ConfigFileTests
{
    [Fact]
    public async Task A_file_is_written_on_both_servers_or_on_none()
    {
        var (here, there) = (Directory.CreateTempSubdirectory("hutch files ").FullName, Directory.CreateTempSubdirectory("hutch files ").FullName);
        using var secondary = new TestInstrument(change: s => s with { ConfigFolder = there, ConfigSecret = "shared" });
        using var primary = new TestInstrument(change: s => s with { ConfigFolder = here, ConfigSecret = "shared", Secondaries = [secondary.Url] });
        using var stranger = new TestInstrument(change: s => s with { ConfigFolder = there, ConfigSecret = "other", Secondaries = [secondary.Url] });
        var config = primary.ConfigurationJson.DeepClone().AsObject();
        config["max_number_of_forwarders_spawned"] = 1;
        config["use_all_forwarders"] = true;
        config["module_sync_queue_size"] = 5;
        config["detector_name"] = "é";
        var query = $"?config_file=daq.json&user=x&secondary_server={Uri.EscapeDataString(secondary.Url)}&secret_key=ignored";

        var (status, answer) = await primary.Client.AskAsync(HttpMethod.Get, "/api/config/get?config_file=daq.json&user=x");
        Assert.Equal((404, "Configuration file not found"), ((int)status, (string?)answer!["detail"]));
        (status, answer) = await primary.Client.PostAsync("/api/config/set" + query, config);
        Assert.True((int)status == 200, $"{status} {answer}");
        Assert.Equal("Configuration updated and synchronized successfully", (string?)answer!["message"]);
        Assert.Equal(File.ReadAllText(Path.Combine(here, "daq.json")), File.ReadAllText(Path.Combine(there, "daq.json")));
        (_, answer) = await secondary.Client.AskAsync(HttpMethod.Get, "/api/config/get?config_file=daq.json");
        Assert.True(JsonNode.DeepEquals(config, answer));

        var before = File.ReadAllText(Path.Combine(there, "daq.json"));
        (status, _) = await stranger.Client.PostAsync("/api/config/set" + query, config);
        Assert.Equal(502, (int)status);
        config.Remove("n_modules");
        (status, answer) = await primary.Client.PostAsync("/api/config/set" + query, config);
        Assert.Equal((400, "'n_modules' is a required property"), ((int)status, (string?)answer!["detail"]));
        (status, answer) = await secondary.Client.PostAsync("/api/config/set?config_file=daq.json&secret_key=shared", new JsonObject { ["config"] = config.DeepClone(), ["hash"] = "00" });
        Assert.Equal((403, "Invalid hash for configuration update"), ((int)status, (string?)answer!["detail"]));
        (status, _) = await primary.Client.AskAsync(HttpMethod.Get, "/api/config/get?user=x");
        Assert.Equal(422, (int)status);
        foreach (var name in (string[])["../daq.json", "/etc/passwd", "a/b.json", ".json", "daq.json%00"])
        {
            (status, _) = await primary.Client.AskAsync(HttpMethod.Get, $"/api/config/get?config_file={Uri.EscapeDataString(name)}&user=x");
            Assert.Equal(400, (int)status);
        }
        Assert.Equal(before, File.ReadAllText(Path.Combine(there, "daq.json")));
        Directory.Delete(here, true);
        Directory.Delete(there, true);
    }
}

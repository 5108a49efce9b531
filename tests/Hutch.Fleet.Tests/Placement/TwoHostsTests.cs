using System.Text.Json.Nodes;
using Hutch.Fleet.Tests.Support;

namespace Hutch.Fleet.Tests.Placement;

/// <summary>The main job across two hosts, started by one command on a third.</summary>
public sealed class TwoHostsTests
{
    private const string Results = "/tmp";

    [Fact]
    public async Task The_main_job_runs_across_two_hosts_and_survives_cuts_of_either_network()
    {
        var starting = new[] { TestHost.StartAsync(), TestHost.StartAsync() };
        await using var detector = await starting[0];
        await using var storage = await starting[1];
        await detector.JoinAsync(storage, "192.168.10.2/24", "192.168.10.3/24");
        var examples = Path.Combine(Repository.Root, "examples");
        using var beamline = new PlacedBeamline(File.ReadAllText(Path.Combine(examples, "two-hosts.json"))
            .Replace("\"host\": \"10.0.0.2\"", PlacedBeamline.On(detector), StringComparison.Ordinal)
            .Replace("\"host\": \"10.0.0.3\"", PlacedBeamline.On(storage), StringComparison.Ordinal)
            .Replace("\"image-slots\": 100, \"address\": \"tcp://192.168.10.2:10000\" }, // the", "\"image-slots\": 100, \"queue\": 10, \"address\": \"tcp://192.168.10.2:10000\" }, // the", StringComparison.Ordinal));
        File.Copy(Path.Combine(examples, "two-hosts-detector.json"), beamline["two-hosts-detector.json"]);
        beamline.Succeed("up", beamline.FilePath, "--detach");

        var whole = await AcquireAsync(storage, 20, "whole.h5");
        Assert.Equal(20, (int)whole["images"]!);

        // The network for data is away for five seconds.
        var acquiring = AcquireAsync(storage, 120, "gap.h5");
        await Eventually.TrueAsync(async () => (await storage.InsideAsync("sh", "-c", $"ls {Results}; true")).Contains("gap", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => "it has begun");
        await detector.InsideAsync("ip", "link", "set", "eth1", "down");
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        // The network for commands goes too, and a service fails meanwhile.
        var receiver = beamline.Service("receiver-0");
        await detector.SetNetworkAsync(connected: false);
        await detector.InsideAsync("ip", "link", "set", "eth1", "up");
        var gap = await acquiring;
        var lost = gap["ledger"]!["stages"]!.AsArray().Where(s => (string?)s!["unit"] == "images").ToDictionary(s => (string)s!["stage"]!, s => s!["lost"]!.AsObject().Sum(l => (int)l.Value!));
        Assert.True(lost.GetValueOrDefault("stream") > 0, $"{gap}");
        Assert.True((int)gap["last_id"]! - (int)gap["first_id"]! + 1 == (int)gap["images"]! + lost.Values.Sum(), $"{gap}");

        await detector.InsideAsync("kill", "-9", $"{receiver["pid"]}");
        beamline.WaitFor("receiver-0", r => r["unreachable_since"] is not null, "the cut is seen");
        Assert.Equal("running", (string?)beamline.Service("receiver-0")["state"]);
        await detector.SetNetworkAsync(connected: true);
        beamline.WaitFor("receiver-0", r => r["unreachable_since"] is null && (bool)r["ready"]!, "it is reached again");
        var after = beamline.Service("receiver-0");
        Assert.Equal(1, (int)after["restarts"]!);
        Assert.Contains(after["history"]!.AsArray(), c => (string?)c!["state"] == "failed");
        Assert.NotEqual((int)receiver["pid"]!, (int)after["pid"]!);
        Assert.Equal(0, (int)beamline.Service("incoming")["restarts"]!);
        var again = await AcquireAsync(storage, 10, "again.h5");
        Assert.Equal(10, (int)again["images"]!);
    }

    // What is in the file, after every pixel of it was compared with what the simulator sends, and the ledger, which must add up.
    private static async Task<JsonObject> AcquireAsync(TestHost storage, int images, string name)
    {
        var answer = JsonNode.Parse(await storage.InsideAsync(PlacedBeamline.Program, "daq", "start", "--output", $"{Results}/{name}", "--images", $"{images}", "--sync", "--json"))!;
        var file = JsonNode.Parse(await storage.InsideAsync("/usr/bin/python3", "-B", Repository.Peer("verify_images.py"), "/tmp/placed/two-hosts-detector.json", $"{Results}/{name}"))!.AsObject();
        Assert.True(file["errors"]!.AsArray().Count == 0, $"{file}");
        file["ledger"] = JsonNode.Parse(await storage.InsideAsync("/usr/bin/python3", "-c", $"import h5py; print(h5py.File('{Results}/{name}')['two-hosts/ledger'][()].decode())"));
        Assert.True((bool)file["ledger"]!["adds_up"]!, $"{file["ledger"]}\n{answer}");
        return file;
    }
}

using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Web;

/// <summary><c>hutch daq</c> drives the demo's beamline, and the REST interface shows and controls its services.</summary>
public sealed class HutchDaqTests : IDisposable
{
    private readonly DemoBeamline _beamline = new();

    public void Dispose() => _beamline.Dispose();

    [Fact]
    public void A_whole_cycle_on_the_command_line()
    {
        _beamline.WaitForAnotherRun("at the start");
        Assert.Contains("20 of 20 images; Completed.", Run("daq", "start", "--output", $"{_beamline.Data}/a.h5", "--images", "20", "--sync"));
        var begun = JsonNode.Parse(Run("daq", "start", "--output", $"{_beamline.Data}/b.h5", "--images", "100000", "--json"))!;
        Assert.Equal("WRITING", (string?)begun["state"]);
        using (var follower = _beamline.Hutch("daq", "status", "--follow"))
        {
            follower.WaitForOutput("ACQUIRING_IMAGES");
            Assert.Contains("Interrupted.", Run("daq", "stop"));
            follower.WaitForOutput("Interrupted");
            follower.Signal(ChildProcess.SigInt);
            Assert.Equal(0, follower.WaitForExit());
        }
        Assert.Contains("b.h5: FINISHED", Run("daq", "status"));
        Assert.Contains("images/s", Run("daq", "stats"));
        Assert.Contains("Waiting for servers", Run("daq", "deployment"));
        Wait.Until(() => JsonNode.Parse(Run("daq", "logs", "-n", "1", "--json"))!.AsObject().Single().Value!["reports"]!.AsArray().Count == 1, () => "the validator has not reported");

        var before = Run("daq", "config", "get");
        File.WriteAllText(_beamline["good.json"], """{ "module_sync_queue_size": 33 } // comments are allowed""");
        File.WriteAllText(_beamline["bad.json"], """{ "n_modules": 0, "bit_depth": "x" }""");
        Fail(1, "n_modules is 0", "daq", "config", "set", _beamline["bad.json"]);
        Assert.Equal(before, Run("daq", "config", "get"));
        Run("daq", "config", "set", _beamline["good.json"]);
        Assert.Contains("33", Run("daq", "config", "get"));
        Run("daq", "config", "rollback");
        Assert.Equal(before, Run("daq", "config", "get"));
        Assert.Contains("rollback", Run("daq", "config", "history"));
        Fail(1, "does not exist", "daq", "start", "--output", "/no/such/folder/x.h5", "--images", "1");
        Fail(1, "does not answer", "daq", "status", "--url", "http://127.0.0.1:1");
        Fail(2, "--url", "daq", "status", "--url", "nonsense");
        _beamline.WaitForAnotherRun("after the changes");
    }

    [Fact]
    public void The_services_of_the_beamline_are_reached_over_http()
    {
        var services = Get("/api/v1/services?tag=core&alive=true").AsArray();
        Assert.Equal(["receiver-0", "receiver-1", "assembler"], services.Select(s => (string?)s!["name"]));
        Assert.Equal("running", (string?)Get("/api/v1/services/writer")["state"]);
        Assert.Equal(["daq", "detector"], Get("/api/v1/nodes").AsArray().Select(n => (string?)n!["name"]).Order());
        Assert.Equal(404, Status("GET", "/api/v1/services/nobody"));
        Assert.Equal(400, Status("POST", "/api/v1/services/stop"));
        Assert.Equal(200, Status("POST", "/api/v1/services/simulator/stop"));
        Assert.Equal("stopped", (string?)Get("/api/v1/services/simulator")["state"]);
        Assert.Equal(200, Status("POST", "/api/v1/services/simulator/start"));
        var pid = (int?)Get("/api/v1/services/simulator")["pid"];
        Assert.Equal(200, Status("POST", "/api/v1/services/restart?name=simulator"));
        Assert.NotEqual(pid, (int?)Get("/api/v1/services/simulator")["pid"]);
        using var logs = ChildProcess.Start("curl", ["-sSN", $"{_beamline.Url}/api/v1/services/simulator/logs?follow=true"]);
        logs.WaitForOutput("event: log\ndata: 20[0-9][0-9]-");
        _beamline.WaitForAnotherRun("after all that");
    }

    private string Run(params string[] arguments)
    {
        using var command = _beamline.Hutch(arguments);
        return command.Succeed().Output;
    }

    private void Fail(int exitCode, string says, params string[] arguments)
    {
        using var command = _beamline.Hutch(arguments);
        Assert.Equal(exitCode, command.WaitForExit());
        Assert.Contains(says, command.Errors, StringComparison.OrdinalIgnoreCase);
    }

    private JsonNode Get(string path)
    {
        using var curl = ChildProcess.Start("curl", ["-sS", "--fail-with-body", _beamline.Url + path]);
        return JsonNode.Parse(curl.Succeed().Output)!;
    }

    private int Status(string method, string path)
    {
        using var curl = ChildProcess.Start("curl", ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, _beamline.Url + path]);
        return int.Parse(curl.Succeed().Output.Trim());
    }
}

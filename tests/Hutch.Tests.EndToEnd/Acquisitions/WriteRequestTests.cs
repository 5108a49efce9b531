using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Acquisitions;

/// <summary>The writer as a service on the bus: a pika client of the deployed system requests runs and kills one.</summary>
public sealed class WriteRequestTests(RabbitMqServer broker) : IClassFixture<RabbitMqServer>
{
    private const int Images = 10;

    [Fact]
    public void A_foreign_client_requests_runs_and_kills_one()
    {
        using var detector = SampleDetectors.Eiger();
        using var path = new DataPath(detector);
        path.StartReceiver();
        path.StartAssembler();
        path.StartWriterAgent("--bus", broker.Url, "--tag", "e2e.writer");
        path.Writers[0].WaitForOutput("listens to");
        path.WaitUntilConnected();
        using var client = ChildProcess.Peer("std_daq_client.py", $"{broker.Port}", "e2e.writer");
        client.WaitForOutput("ready");

        var first = Send(client, new { n_images = Images, output_file = detector.OutputFile, run_id = 77 });
        WaitFor(client, first, "request_start");
        path.Writers[0].WaitForOutput($"writing {detector.OutputFile}");
        path.Simulate(Images, 20);
        Assert.Equal(detector.OutputFile, WaitFor(client, first, "request_success"));
        VerifiedFile.Read(detector, detector.OutputFile).AssertComplete(Images);

        // The file exists now, and the request says so.
        var refused = Send(client, new { n_images = Images, output_file = detector.OutputFile });
        Assert.Contains("exists", WaitFor(client, refused, "request_fail"), StringComparison.Ordinal);

        var second = detector.Folder["second.h5"];
        var killed = Send(client, new { n_images = 1_000_000, output_file = second });
        path.Writers[0].WaitForOutput($"writing {second}");
        path.Simulate(Images, 20, "--first-image", "100");
        Tell(client, new JsonObject { ["kill"] = killed });
        Assert.Contains("interrupt", WaitFor(client, killed, "request_fail"), StringComparison.Ordinal);
        VerifiedFile.Read(detector, second).AssertComplete(Images, 100);

        client.CloseInput();
        DataPath.Stop(path.Writers[0]);
        DataPath.Stop(path.Assembler!);
        DataPath.Stop(path.Receivers[0]);
        detector.AssertNothingIsLeft();
    }

    private static string Send(ChildProcess client, object request)
    {
        var before = Lines(client, "sent").Count();
        Tell(client, new JsonObject { ["send"] = JsonSerializer.SerializeToNode(request) });
        Wait.Until(() => Lines(client, "sent").Count() > before, client.ToString);
        return (string)Lines(client, "sent").Last()!;
    }

    private static void Tell(ChildProcess client, JsonObject command) => client.WriteLine(command.ToJsonString());

    private static string WaitFor(ChildProcess client, string id, string action)
    {
        JsonNode? found = null;
        Wait.Until(
            () => (found = Lines(client, "status").FirstOrDefault(s => (string?)s!["id"] == id && (string?)s["action"] == action)) is not null || client.HasExited,
            () => $"no {action} of {id}\n{client}");
        return (string?)found!["message"] ?? "";
    }

    private static IEnumerable<JsonNode?> Lines(ChildProcess client, string member) =>
        client.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)![member]).Where(n => n is not null);
}

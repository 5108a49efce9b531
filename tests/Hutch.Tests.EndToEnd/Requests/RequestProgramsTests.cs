using System.Text.Json.Nodes;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Requests;

/// <summary>The examples and <c>hutch request</c> as processes on a real broker.</summary>
public sealed class RequestProgramsTests(RabbitMqServer broker) : IClassFixture<RabbitMqServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch requests ").FullName;

    private string Host => $"127.0.0.1:{broker.Port}";

    [Fact]
    public async Task Requests_are_sent_watched_and_killed_from_the_command_line()
    {
        using var primary = Program.Start("RequestsPrimary", "--broker_url", Host, "--tag", "e2e.countdown");
        using var post = Program.Start("RequestsPostProcessing", "--broker_url", Host);
        await primary.PrintsAsync(l => l.Contains("listens to", StringComparison.Ordinal));
        await post.PrintsAsync(l => l.Contains("listens to", StringComparison.Ordinal));
        using var monitor = Program.Start("Hutch.Cli", "request", "monitor", "--bus", Host, "--json", "--tag", "e2e.#");
        using var aggregate = Program.Start("Hutch.Cli", "request", "monitor", "--bus", Host, "--aggregate");

        var file = Path.Combine(_folder, "request.json");
        await File.WriteAllTextAsync(file, """{"seconds": 1}""");
        await Eventually.TrueAsync(async () =>
        {
            var probe = await Program.HutchAsync(null, "request", "send", "e2e.countdown", file, "--bus", Host);
            Assert.Equal(0, probe.ExitCode);
            return monitor.Output.Length > 0 && aggregate.Output.Length > 0;
        }, TimeSpan.FromSeconds(60), () => $"both monitors print; {string.Join('\n', monitor.Errors.Concat(aggregate.Errors))}");

        var (exitCode, output, errors) = await Program.HutchAsync("""{"seconds": 1}""", "request", "send", "e2e.countdown", "-", "--bus", Host, "--timeout", "60", "--service", "countdown", "--service", "checker", "--json");
        Assert.True(exitCode == 0, errors);
        var result = JsonNode.Parse(output)!;
        Assert.True((bool)result["succeeded"]!);
        Assert.Equal("checked: counted 1 s", (string?)result["services"]!["checker"]!.AsArray()[^1]!["message"]);
        var id = (string)result["request_id"]!;
        await monitor.PrintsAsync(l => l.Contains(id, StringComparison.Ordinal) && (string?)JsonNode.Parse(l)!["action"] == "request_success");
        Assert.All(monitor.Output, l => Assert.Equal("e2e.countdown", (string?)JsonNode.Parse(l)!["tag"]));
        await aggregate.PrintsAsync(l => l.StartsWith(id, StringComparison.Ordinal) && l.EndsWith("checker: success checked: counted 1 s  countdown: success counted 1 s", StringComparison.Ordinal));

        await File.WriteAllTextAsync(file, """{"seconds": 1000}""");
        var waiting = Program.HutchAsync(null, "request", "send", "e2e.countdown", file, "--bus", Host, "--wait", "--timeout", "60");
        JsonNode? long_ = null;
        await Eventually.TrueAsync(() => (long_ = monitor.Output.Select(l => JsonNode.Parse(l)).LastOrDefault(s => (int?)s!["request"]!["seconds"] == 1000)) is not null, "the long request starts", 60);
        var kill = await Program.HutchAsync(null, "request", "kill", "e2e.countdown", (string)long_!["request_id"]!, "--bus", Host);
        Assert.True(kill.ExitCode == 0, kill.Errors);
        var killed = await waiting;
        Assert.Equal(1, killed.ExitCode);
        Assert.Contains("User requested interruption.", killed.Output, StringComparison.Ordinal);

        Assert.Equal(0, await monitor.TerminateAsync());
        Assert.Equal(0, await primary.TerminateAsync());
        Assert.Equal(0, await post.TerminateAsync());
    }

    [Fact]
    public async Task A_request_whose_service_was_killed_hard_is_failed_by_the_next_one()
    {
        var store = $"sqlite://{_folder}/store.db";
        using var monitor = Program.Start("Hutch.Cli", "request", "monitor", "--bus", Host, "--json");
        string id;
        using (var first = Program.Start("RequestsPrimary", "--bus-uri", broker.Url, "--store", store, "--tag", "e2e.crash", "--service-name", "crasher"))
        {
            await first.PrintsAsync(l => l.Contains("listens to", StringComparison.Ordinal));
            var sent = await Program.HutchAsync("""{"seconds": 1000}""", "request", "send", "e2e.crash", "-", "--bus", Host);
            id = sent.Output;
            await first.PrintsAsync(l => l.Contains("s left", StringComparison.Ordinal));
            first.KillHard();
        }
        using var second = Program.Start("RequestsPrimary", "--bus-uri", broker.Url, "--store", store, "--tag", "e2e.crash", "--service-name", "crasher");
        await monitor.PrintsAsync(l => l.Contains(id, StringComparison.Ordinal) && l.Contains("request_fail", StringComparison.Ordinal) && l.Contains("crasher ended", StringComparison.Ordinal));
        var again = await Program.HutchAsync("""{"seconds": 0}""", "request", "send", "e2e.crash", "-", "--bus", Host, "--wait", "--timeout", "60");
        Assert.Equal(0, again.ExitCode);
    }

    [Theory]
    [InlineData(1, "no service on", "request", "send", "e2e.nobody", "-")]
    [InlineData(1, "cannot be read", "request", "send", "e2e.nobody", "/no/such/file")]
    [InlineData(2, "--timeout is -1", "request", "kill", "e2e.nobody", "x", "--timeout", "-1")]
    [InlineData(2, "Required argument 'ID' missing", "request", "kill", "e2e.nobody")]
    public async Task What_cannot_be_done_is_told(int exitCode, string says, params string[] arguments)
    {
        var result = await Program.HutchAsync("{}", [.. arguments, "--bus", Host]);
        Assert.Contains(says, result.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Fact]
    public async Task A_bus_that_is_away_is_named_in_time()
    {
        var result = await Program.HutchAsync("{}", "request", "send", "t", "-", "--bus", "127.0.0.1:1", "--timeout", "0.5");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("amqp://127.0.0.1:1/", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

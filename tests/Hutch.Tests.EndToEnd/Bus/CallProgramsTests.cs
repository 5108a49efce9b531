using System.Text.Json.Nodes;
using Hutch.Tests.EndToEnd.Support;
using Hutch.Tests.Servers;

namespace Hutch.Tests.EndToEnd.Bus;

/// <summary>The example service and <c>hutch call|bus</c> as processes, on real brokers that are spoken to in TLS.</summary>
public sealed class CallProgramsTests : IDisposable
{
    private readonly ServerCertificate _certificate = new();

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public Task On_RabbitMQ_calls_are_answered()
    {
        var server = new RabbitMqServer { Certificate = _certificate };
        var url = $"amqps://guest:guest@127.0.0.1:{server.TlsPort}//";
        return ServeAsync(server, url, () =>
        {
            Assert.Equal("3\n", Hutch(url, "call", "simple.add", """{"x": 1, "y": 2}""").Succeed().Output);
            AssertOriginalClient(server.Url);
        });
    }

    [Fact]
    public Task On_Redis_calls_errors_and_statistics_are_as_documented()
    {
        var server = new RedisServer { Certificate = _certificate };
        var url = $"rediss://127.0.0.1:{server.TlsPort}/0";
        return ServeAsync(server, url, () =>
        {
            AssertCallsAndErrors(url);
            AssertStatistics(url);
            AssertOriginalClient(server.Url);
        });
    }

    private async Task ServeAsync(IAsyncLifetime server, string url, Action assert)
    {
        await server.InitializeAsync();
        try
        {
            using var service = StartTwo(url);
            assert();
            AssertStrangerIsToldWhy(url);
            service.Signal(ChildProcess.SigTerm);
            service.Succeed();
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private void AssertCallsAndErrors(string url)
    {
        Assert.Equal("3\n", Hutch(url, "call", "simple.add", """{"x": 1, "y": 2}""").Succeed().Output);
        Assert.Equal("\"Adding 1 plus 2 results in 3\"\n", Hutch(url, "call", "simple.wordy_add", "[1, 2]", "--json").Succeed().Output);
        var failed = Hutch(url, "call", "simple.fail");
        Assert.Equal(1, failed.WaitForExit());
        Assert.Contains("hutch call: I was never created (code -32600)", failed.Errors, StringComparison.Ordinal);
        var wrong = Hutch(url, "call", "simple.add", """{"x": "one"}""", "--json");
        Assert.Equal(1, wrong.WaitForExit());
        Assert.Equal(-32600, (int?)JsonNode.Parse(wrong.Output)!["error"]!["code"]);
        var nobody = Hutch(url, "call", "nobody.add");
        Assert.Equal(1, nobody.WaitForExit());
        Assert.Contains("nobody.add: no queue is bound for this routing key", nobody.Errors, StringComparison.Ordinal);
    }

    // As a client of the deployed example calls it and understands its answers.
    private static void AssertOriginalClient(string url)
    {
        using var caller = ChildProcess.Peer("kombu_caller.py", url, "commissaire", "--durable-replies");
        string[] values = ["\"héllo\"", "null", "true", "-7", "1.5", "[1, [null, {}]]", """{"a": {"b": [1.25, "ü"]}, "n": null}"""];
        caller.WriteLine("""{"key": "simple.add", "params": {"x": 1, "y": 2}}""");
        caller.WriteLine("""{"key": "simple.wordy_add", "params": {"x": 1, "y": 2}}""");
        caller.WriteLine("""{"key": "simple.wordy_add", "params": [1, 2]}""");
        caller.WriteLine("""{"key": "simple.fail", "params": {}}""");
        foreach (var value in values)
            caller.WriteLine($$$"""{"key": "simple.echo", "params": {"words": {{{value}}}}}""");
        caller.CloseInput();
        var answers = caller.Succeed().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(l => JsonNode.Parse(l)!).ToList();

        Assert.Equal(3, (int?)answers[0]["result"]);
        Assert.Equal("Adding 1 plus 2 results in 3", (string?)answers[1]["result"]);
        Assert.Equal("Adding 1 plus 2 results in 3", (string?)answers[2]["result"]);
        Assert.Equal((-32600, "I was never created"), ((int?)answers[3]["error"]!["code"], (string?)answers[3]["error"]!["message"]));
        Assert.All(values.Zip(answers.Skip(4)), pair => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(pair.First), pair.Second["result"]), $"{pair.First} came back as {pair.Second.ToJsonString()}"));
    }

    private void AssertStatistics(string url)
    {
        var info = Hutch(url, "bus", "info", "simple").Succeed().Output;
        Assert.Contains("  add(x: integer, y: integer)", info, StringComparison.Ordinal);
        var statistics = JsonNode.Parse(Hutch(url, "bus", "stats", "simple", "--json").Succeed().Output)!.AsArray();
        Assert.Equal(3, Calls("add"));   // one of them from wordy_add, one with a wrong argument
        Assert.Equal(1, Calls("fail"));

        int Calls(string method) => statistics.SelectMany(s => s!["methods"]!.AsArray()).Where(m => (string?)m!["name"] == method).Sum(m => (int)m!["calls"]!);
    }

    // Who does not know the authority hears what is wrong with the certificate, not that nobody answers.
    private static void AssertStrangerIsToldWhy(string url)
    {
        using var stranger = ChildProcess.Hutch("call", "simple.add", "[1, 2]", "--bus", url, "--timeout", "5");
        Assert.Equal(1, stranger.WaitForExit());
        Assert.Matches("the broker cannot be reached: .*[Cc]ertificate", stranger.Errors);
    }

    private ChildProcess StartTwo(string url)
    {
        var service = ChildProcess.Start("dotnet", [Repository.Built("SimpleService"), "--bus-uri", url, "--processes", "2"], ("SSL_CERT_FILE", _certificate.AuthorityFile));
        JsonNode? services = null;
        Wait.Until(() => (services = JsonNode.Parse(Hutch(url, "bus", "ls", "--json").Output)) is JsonArray { Count: 2 }, service.ToString);
        Assert.All(services!.AsArray(), s => Assert.Equal("simple", (string?)s!["service"]));
        Assert.Equal(2, services!.AsArray().Select(s => (int?)s!["pid"]).Distinct().Count());
        return service;
    }

    private ChildProcess Hutch(string url, params string[] arguments)
    {
        var process = ChildProcess.Start(Repository.Launcher, [.. arguments, "--bus", url], ("SSL_CERT_FILE", _certificate.AuthorityFile));
        process.WaitForExit();
        return process;
    }
}

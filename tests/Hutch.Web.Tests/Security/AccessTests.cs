using System.Net;
using System.Text.Json.Nodes;
using Hutch.Hosting;
using Hutch.Tests.Servers;
using Hutch.Web.Security;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Security;

public class AccessTests
{
    private const string Reading = "reader-token-0123456789";
    private const string Operating = "operator-token-0123456789";

    [Fact]
    public async Task Readers_look_operators_act_others_do_neither_and_all_is_noted()
    {
        using var instrument = new TestInstrument(change: settings => settings with
        {
            Tokens = AccessTokens.Parse($"# who may\nreader ann {Reading}\noperator bob {Operating}\n", "test"),
            CorsOrigins = ["https://console.example.org"],
            RequestsPerSecond = 50,
        });
        var client = instrument.Client;
        Assert.Equal(401, await Status(HttpMethod.Get, "/writer/status"));
        Assert.Equal(401, await Status(HttpMethod.Get, "/writer/status", ("Authorization", "Bearer wrong-token-0123456789")));
        Assert.Equal(200, await Status(HttpMethod.Get, "/writer/status", ("Authorization", $"Bearer {Reading}")));
        Assert.Equal(200, await Status(HttpMethod.Get, "/", ("Authorization", "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"x:{Reading}")))));
        Assert.Equal(403, await Status(HttpMethod.Post, "/writer/stop", ("Authorization", $"Bearer {Reading}")));
        Assert.Equal(200, await Status(HttpMethod.Post, "/writer/stop", ("Authorization", $"Bearer {Operating}")));

        Assert.Equal(403, await Status(HttpMethod.Post, "/writer/stop", ("Authorization", $"Bearer {Operating}"), ("Origin", "https://evil.example.org")));
        Assert.Equal(403, await Status(HttpMethod.Get, "/writer/status", ("Authorization", $"Bearer {Operating}"), ("Host", "evil.example.org")));
        Assert.Equal(200, await Status(HttpMethod.Get, "/writer/status", ("Authorization", $"Bearer {Operating}"), ("Origin", "https://console.example.org")));

        JsonArray audit = [];
        await Eventually.TrueAsync(async () => (audit = (await client.AskAsync(HttpMethod.Get, "/api/v1/audit", null, ("Authorization", $"Bearer {Reading}"))).Json!.AsArray()).Count == 3,
            TimeSpan.FromSeconds(30), () => audit.ToJsonString());
        Assert.Equal([("local", 403), ("bob", 200), ("ann", 403)], audit.Select(a => ((string)a!["who"]!, (int)a["status"]!)));
        Assert.DoesNotContain("token-0123456789", audit.ToJsonString());

        var codes = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Status(HttpMethod.Get, "/writer/status", ("Authorization", $"Bearer {Reading}"))));
        Assert.Contains(429, codes);
        Assert.Contains(200, codes);

        async Task<int> Status(HttpMethod method, string path, params (string, string)[] headers)
        {
            using var request = new HttpRequestMessage(method, path);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await client.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public void Nobody_else_gets_in_without_tokens()
    {
        using var instrument = new TestInstrument();
        var command = new System.CommandLine.Command("rest");
        var program = new RestProgram();
        program.AddOptions(command);
        var error = Assert.Throws<UsageErrorException>(() => program.CreateServices(command.Parse(["--config", instrument.ConfigFile, "--bind", "0.0.0.0"]),
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        Assert.Contains("--tokens", error.Message);
    }

    [Theory]
    [InlineData("operator bob short")]
    [InlineData("admin bob 0123456789abcdef")]
    [InlineData("1 bob 0123456789abcdef")]
    [InlineData("operator 0123456789abcdef")]
    public void A_line_that_is_not_as_it_must_be_is_told_without_its_token(string line)
    {
        var error = Assert.Throws<UserErrorException>(() => AccessTokens.Parse("# first\n" + line, "tokens"));
        Assert.Contains("line 2", error.Message);
        Assert.DoesNotContain("0123456789abcdef", error.Message);
    }

    [Fact]
    public void A_file_that_others_may_read_is_refused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"operator bob {Operating}\n");
        File.SetUnixFileMode(file, (UnixFileMode)0b110_100_000);
        Assert.Contains("chmod 600", Assert.Throws<UserErrorException>(() => AccessTokens.Read(file)).Message);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_000_000);
        Assert.Equal(new Caller("bob", Role.Operator), AccessTokens.Read(file).Find(Operating));
        File.Delete(file);
    }

    [Fact]
    public void An_address_is_checked()
    {
        Assert.Throws<UsageErrorException>(() => HttpAddress.Parse("daq1", 5000));
        Assert.Throws<UsageErrorException>(() => HttpAddress.Parse("127.0.0.1", 70000));
        Assert.True(HttpAddress.Parse("localhost", 0).IsLoopback);
        Assert.False(new HttpAddress(IPAddress.Any, 0).IsLoopback);
    }
}

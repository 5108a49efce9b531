using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Hutch.Detectors.Acquisitions;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Hostile;

/// <summary>Whatever comes in is answered with 4xx or the contract's error, and the instrument works afterwards.</summary>
[Collection(SharedInstrument.Collection)]
public class FuzzTests(SharedInstrument shared)
{
    private static readonly string[] Paths =
    [
        "/writer/write_async", "/writer/write_sync", "/daq/config", "/api/v1/acquisitions", "/api/v1/config/rollback", "/api/v1/requests",
        "/api/v1/requests/x/kill", "/write_async", "/api/v1/bus/services/daq/start", "/api/v1/services/stop",
    ];

    private static readonly string[] Reading =
    [
        "/daq/logs/{0}", "/file/{0}", "/file/live/{0}", "/file/{0}/0", "/file/live/0?module_map={0}", "/api/v1/acquisitions?n={0}", "/api/v1/acquisitions/{0}",
        "/api/v1/config/{0}", "/api/v1/config/history?n={0}", "/api/v1/audit?n={0}", "/api/v1/services?state={0}", "/api/v1/services?alive={0}",
        "/api/v1/services/{0}", "/api/v1/services/{0}/logs", "/api/v1/acquisitions/{0}/thumbnail", "/assets/{0}", "/api/v1/events?type={0}x", "/{0}", "/static/{0}",
    ];

    private static readonly string[] Words =
    [
        "", "x", "-1", "0", "1", "99999999999999999999999999", "1e400", "NaN", "null", "..", "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX: y",
        "%ff%fe", "\u202e\U0001F4A9", "'; DROP TABLE x; --", "{{7*7}}", "*", "?", "[", "\\", "/", "//", "a b", "1-1", "18446744073709551616-0", "live",
    ];

    private readonly TestInstrument _instrument = shared.Instrument;

    [Fact]
    public async Task Bodies_of_every_kind_and_size()
    {
        var random = new Random(20260801);
        for (var i = 0; i < 1500; i++)
        {
            var path = Paths[random.Next(Paths.Length)];
            using var content = new ByteArrayContent(Body(random));
            if (random.Next(5) > 0)
                content.Headers.TryAddWithoutValidation("Content-Type", random.Next(10) == 0 ? "text/plain" : "application/json");
            await AssertRefused(HttpMethod.Post, path, content);
        }
        await AssertWorks();
    }

    [Fact]
    public async Task Paths_and_queries_of_every_kind()
    {
        foreach (var path in Reading)
        {
            foreach (var word in Words)
                await AssertRefused(HttpMethod.Get, string.Format(System.Globalization.CultureInfo.InvariantCulture, path, word.Contains('%') ? word : Uri.EscapeDataString(word)), null, mayWork: true);
        }
        foreach (var path in Paths.Concat(["/writer/stop", "/daq/stats", "/simulation/status", "/nowhere"]))
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Delete, HttpMethod.Put, HttpMethod.Head, HttpMethod.Options, new HttpMethod("BREW")])
                await AssertRefused(method, path, null, mayWork: true);
        }
        await AssertWorks();
    }

    [Theory]
    [InlineData("/tmp/../etc/x.h5")]
    [InlineData("/tmp/..//x.h5")]
    [InlineData("/tmp/./x.h5")]
    [InlineData("//tmp/x.h5")]
    [InlineData("/tmp/x.h5/../../etc/y.h5")]
    [InlineData("/tmp/x.\0h5")]
    [InlineData("/tmp/x.h5\n")]
    [InlineData("/tmp/a b.h5")]
    [InlineData("/tmp/\u202e.h5")]
    [InlineData("/proc/self/fd/x.h5")]
    [InlineData("/dev/x.h5")]
    [InlineData("relative.h5")]
    [InlineData("~/x.h5")]
    [InlineData("file:///tmp/x.h5")]
    public async Task Places_that_lead_elsewhere(string file)
    {
        var (status, answer) = await _instrument.Client.PostAsync("/writer/write_async", new JsonObject { ["n_images"] = 1, ["output_file"] = file });
        Assert.Equal(("OK", "error"), (status.ToString(), (string?)answer!["status"]));
        (status, _) = await _instrument.Client.PostAsync("/api/v1/acquisitions", new JsonObject { ["n_images"] = 1, ["output_file"] = file });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(WriterState.Ready, _instrument.Daq.Status.State);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_never_ends_is_cut_off()
    {
        using var large = new ByteArrayContent(new byte[2 << 20]);
        large.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        await AssertRefused(HttpMethod.Post, "/daq/config", large, status: 413);
        await AssertRefused(HttpMethod.Post, "/writer/write_sync", new StringContent(string.Concat(Enumerable.Repeat("[", 100_000)), Encoding.UTF8, "application/json"), status: 422);
        await AssertWorks();
    }

    private async Task AssertRefused(HttpMethod method, string path, HttpContent? content, bool mayWork = false, int? status = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.ConnectionClose = false;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var response = await _instrument.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        var code = (int)response.StatusCode;
        if (status is not null)
            Assert.Equal(status, code);
        // 503: what the path is about (a beamline, an acquisition's place) is not there. Nothing else is the server's own fault.
        Assert.True(code is 200 or 201 or 202 or 304 or (>= 400 and < 500) or 503, $"{method} {path}: {code}\n{await response.Content.ReadAsStringAsync(patience.Token)}");
        if (code == 200 && !mayWork)
        {
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(patience.Token))!.AsObject();
            Assert.True(answer.ContainsKey("status") || answer.ContainsKey("config_id") || answer.ContainsKey("request_id") || answer.ContainsKey("result"), answer.ToJsonString());
        }
    }

    private async Task AssertWorks()
    {
        var client = _instrument.Client;
        Assert.Equal("ok", (string?)(await client.PostAsync("/writer/stop", new JsonObject())).Json!["status"]);
        var (_, written) = await client.PostAsync("/writer/write_sync", new JsonObject { ["n_images"] = 2, ["output_file"] = _instrument.NewFile() });
        Assert.True((string?)written!["status"] == "ok", written.ToJsonString());
        Assert.Equal("Completed.", (string?)written["writer"]!["acquisition"]!["message"]);
    }

    private static byte[] Body(Random random)
    {
        if (random.Next(8) == 0)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            return bytes;
        }
        var body = new StringBuilder("{");
        string[] names = ["n_images", "output_file", "run_id", "bit_depth", "n_modules", "module_positions", "detector_name", "config_id", "tag", "request", "request_id", "sources", "user_id"];
        foreach (var name in names.Where(_ => random.Next(3) > 0))
            body.Append(body.Length > 1 ? "," : "").Append('"').Append(name).Append("\":").Append(Value(random, 0));
        var text = body.Append('}').ToString();
        return Encoding.UTF8.GetBytes(random.Next(10) == 0 ? text[..random.Next(text.Length)] : text);
    }

    private static string Value(Random random, int depth) => random.Next(14) switch
    {
        0 => "null",
        1 => "true",
        2 => "-1",
        3 => "0",
        4 => "1e400",
        5 => new string('9', random.Next(1, 400)),
        6 => "1.5",
        7 => "\"\\ud800\"",
        8 => "\"\\u0000\"",
        9 => $"\"{new string('/', random.Next(5000))}\"",
        10 => JsonValue.Create(Words[random.Next(Words.Length)])!.ToJsonString(),
        11 => depth > 5 ? "[]" : $"[{Value(random, depth + 1)},{Value(random, depth + 1)}]",
        12 => depth > 5 ? "{}" : $"{{\"0\":{Value(random, depth + 1)},\"0\":{Value(random, depth + 1)}}}",
        _ => "\"/tmp/no/such/folder/x.h5\"",
    };
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Hutch.Bus;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;
using Hutch.Tests.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Bus;

/// <summary>Requests as bytes, and the bytes that answer them; and what a service reports about all that it got.</summary>
public sealed class MethodWireTests : IAsyncLifetime
{
    private const string Id = "b60d3a4e-6e0f-4c1a-9a3c-0d3f5a1f7c11";

    private readonly string _url = $"memory://{Guid.NewGuid():N}";
    private readonly ListLogger _log = new();
    private readonly BlockingCollection<string> _replies = [];
    private BusConnection _bus = null!;
    private IAsyncDisposable _serving = null!;

    public async ValueTask InitializeAsync()
    {
        _bus = BusConnection.Open(_url, new BusOptions { Call = new CallOptions { Timeout = TimeSpan.FromSeconds(30) } }, _log);
        _serving = await _bus.ServeAsync(new Varied(), new ServeOptions { Name = "varied", Version = "1.2.3", StopTimeout = TimeSpan.FromMilliseconds(100) });
        var transport = _bus.Transport;
        await transport.DeclareQueueAsync(new QueueDeclaration("replies"));
        await transport.ConsumeAsync("replies", new ConsumeOptions { NoAck = true }, reply =>
        {
            _replies.Add(Encoding.UTF8.GetString(reply.Body.Span));
            return default;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _serving.DisposeAsync();
        await _bus.DisposeAsync();
    }

    // The codes of the deployed services: -32600 whatever they refuse, -32700 for what is no JSON, -32601 for a method that is not there; and the class of the Python exception.
    [Theory]
    [InlineData("words", """{"jsonrpc": "2.0", "id": "ID", "method": "words", "params": {"number": 5}}""", """{"jsonrpc": "2.0", "id": "ID", "result": "5"}""")]
    [InlineData("words", """{"method": "words", "params": [6], "id": 7}""", """{"jsonrpc": "2.0", "id": 7, "result": "6"}""")]
    [InlineData("words", "\uFEFF{\"method\": \"words\", \"params\": [6], \"id\": 7}", """{"jsonrpc": "2.0", "id": 7, "result": "6"}""")]
    [InlineData("nothing", """{"id": "ID", "method": "nothing"}""", """{"jsonrpc": "2.0", "id": "ID", "result": null}""")]
    [InlineData("later", """{"id": "ID", "method": "later", "params": {}}""", """{"jsonrpc": "2.0", "id": "ID", "result": null}""")]
    [InlineData("words", "[1, 2]", """{"jsonrpc": "2.0", "id": -1, "error": {"code":-32600,"message":"a request is an object with a method"}}""")]
    [InlineData("words", """{"id": "ID"}""", """{"jsonrpc": "2.0", "id": -1, "error": {"code":-32600,"message":"a request is an object with a method"}}""")]
    [InlineData("words", """{"id": "ID", "method": "other"}""", """{"jsonrpc": "2.0", "id": -1, "error": {"code":-32600,"message":"method other was sent to routing key varied.words, which is for words"}}""")]
    [InlineData("missing", """{"id": "ID", "method": "missing"}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32601,"message":"varied has no method missing","data":{"exception":"<class 'AttributeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words"}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"words() needs parameter 'number'","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words", "params": {"number": "x"}}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"words() parameter 'number' must be a whole number","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words", "params": {"numer": 1}}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"words() has no parameter 'numer'","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words", "params": [1, 2]}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"words() takes 1 parameters, more were given","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words", "params": "text"}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"params must be an object or an array, not text","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("words", """{"id": "ID", "method": "words", "params": true}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":-32600,"message":"params must be an object or an array, not true or false","data":{"exception":"<class 'TypeError'>"}}}""")]
    [InlineData("half", """{"id": "ID", "method": "half", "params": [NaN]}""", """{"jsonrpc": "2.0", "id": "ID", "result": NaN}""")]
    [InlineData("half", """{"id": "ID", "method": "half", "params": [-Infinity]}""", """{"jsonrpc": "2.0", "id": "ID", "result": -Infinity}""")]
    [InlineData("half", """{"id": "ID", "method": "half", "params": [Infinity]}""", """{"jsonrpc": "2.0", "id": "ID", "result": Infinity}""")]
    [InlineData("half", """{"id": "ID", "method": "half", "params": [3]}""", """{"jsonrpc": "2.0", "id": "ID", "result": 1.5}""")]
    [InlineData("declared", """{"id": "ID", "method": "declared"}""", """{"jsonrpc": "2.0", "id": "ID", "error": {"code":409,"message":"it is taken","data":{"exception":"<class 'InvalidOperationException'>"}}}""")]
    public async Task A_request_is_answered_byte_for_byte(string method, string request, string reply) =>
        Assert.Equal(Escaped(reply.Replace("ID", Id, StringComparison.Ordinal)), await AnswerAsync(method, request));

    [Theory]
    [InlineData("application/json", "utf-8", true)]
    [InlineData("text/plain", "binary", true)]
    [InlineData("application/x-unheard-of", "", true)]
    [InlineData("application/x-python-serialize", "binary", false)]
    [InlineData("application/x-yaml", "utf-8", false)]
    [InlineData("application/x-msgpack", "binary", false)]
    [InlineData("Application/Data", "binary", false)]
    public async Task Text_is_taken_whatever_it_is_called_and_formats_that_run_code_are_not(string type, string encoding, bool taken)
    {
        var reply = await AnswerAsync("words", """{"id": 1, "method": "words", "params": [2]}""", new MessageProperties { ContentType = type, ContentEncoding = encoding, ReplyTo = "replies" });

        var expected = taken
            ? """{"jsonrpc": "2.0", "id": 1, "result": "2"}"""
            : $$$"""{"jsonrpc": "2.0", "id": -1, "error": {"code":-32600,"message":"content type {{{type}}} is not accepted; send application/json"}}""";
        Assert.Equal(expected, reply);
    }

    [Theory]
    [InlineData("utf-8", "utf-8")]
    [InlineData("utf8", "utf-8")]
    [InlineData("UTF_8", "utf-8")]
    [InlineData("binary", "utf-8")]
    [InlineData("latin-1", "iso-8859-1")]
    [InlineData("ISO8859-1", "iso-8859-1")]
    [InlineData("utf-16", "utf-16")]
    [InlineData("utf_16", "utf-16")]
    public async Task An_encoding_has_the_names_that_python_has_for_it(string name, string encoding)
    {
        var characters = Encoding.GetEncoding(encoding);
        byte[] body = [.. characters.Preamble, .. characters.GetBytes("""{"id": 1, "method": "same", "params": ["é"]}""")];

        await _bus.Transport.PublishAsync("commissaire", "varied.same", new MessageProperties { ContentEncoding = name, ReplyTo = "replies" }, body);

        Assert.True(_replies.TryTake(out var reply, TimeSpan.FromSeconds(20)));
        Assert.Equal("é", JsonElement.Parse(reply).GetProperty("result").GetString());
    }

    [Fact]
    public async Task What_is_no_json_is_answered_as_python_does()
    {
        foreach (var request in new[] { "", "{", "words", """{"id": 1, "method": "words"} more""" })
        {
            var error = JsonElement.Parse(await AnswerAsync("words", request)).GetProperty("error");
            Assert.Equal((-32700, "<class 'json.decoder.JSONDecodeError'>"), (error.GetProperty("code").GetInt32(), error.GetProperty("data").GetProperty("exception").GetString()));
        }
        var unknown = JsonElement.Parse(await AnswerAsync("words", "{}", new MessageProperties { ContentEncoding = "no-such-thing", ReplyTo = "replies" }));
        Assert.Equal("content encoding no-such-thing is not known; send utf-8", unknown.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_long_name_of_a_method_is_shortened_in_the_answer()
    {
        var name = new string('m', 101);

        Assert.Contains($"varied has no method {name[..100]}...\"", await AnswerAsync(name, $$"""{"id": 1, "method": "{{name}}"}"""));
        Assert.Contains($"varied has no method {name[..100]}\"", await AnswerAsync(name[..100], $$"""{"id": 1, "method": "{{name[..100]}}"}"""));
    }

    [Fact]
    public async Task An_error_that_is_not_declared_is_in_the_log_under_the_reference_that_the_caller_gets()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => _bus.CallAsync("varied.secret"));

        var reference = error.Message[^8..];
        Assert.Equal($"secret failed; the log of service varied has the cause under {reference}", error.Message);
        Assert.Contains("method secret failed", Assert.Single(_log.Records, r => r.Text.Contains(reference, StringComparison.Ordinal)).Text);
    }

    [Fact]
    public async Task A_service_describes_its_parameters_in_the_words_of_json_schema()
    {
        var info = await _bus.CallAsync("varied.info");

        Assert.Equal(("varied", "1.2.3", Environment.MachineName, Environment.ProcessId, "commissaire"), (
            info.GetProperty("service").GetString(), info.GetProperty("version").GetString(), info.GetProperty("host").GetString(), info.GetProperty("pid").GetInt32(), info.GetProperty("exchange").GetString()));
        Assert.InRange(DateTimeOffset.Parse(info.GetProperty("started").GetString()!, System.Globalization.CultureInfo.InvariantCulture), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal("""[{"name":"varied","routing_key":"varied.*"}]""", info.GetProperty("queues").GetRawText().Replace(" ", "", StringComparison.Ordinal));
        var methods = info.GetProperty("methods").EnumerateArray().ToList();
        Assert.Equal(["declared", "half", "later", "nothing", "same", "schema", "secret", "series", "stuck", "words"], methods.Select(m => m.GetProperty("name").GetString()));
        Assert.Equal(["series"], methods.Where(m => m.GetProperty("streams").GetBoolean()).Select(m => m.GetProperty("name").GetString()));
        var schema = methods.Single(m => m.GetProperty("name").GetString() == "schema");
        Assert.Equal("Takes all kinds.", schema.GetProperty("description").GetString());
        var expected = JsonElement.Parse("""
            {"type": "object",
             "properties": {
               "flag": {"type": "boolean"}, "small": {"type": "integer"}, "large": {"type": "integer"}, "single": {"type": "number"}, "exact": {"type": "number"}, "letter": {"type": "string"},
               "text": {"type": "string"}, "key": {"type": "string"}, "moment": {"type": "string"}, "bytes": {"type": "string"}, "list": {"type": "array"}, "map": {"type": "object"},
               "table": {"type": "object"}, "point": {"type": "object"}, "any": {}, "maybe": {"type": ["integer", "null"]}, "note": {"type": ["string", "null"]},
               "colour": {"type": "string", "enum": ["red", "deep_blue"]}},
             "required": ["flag", "small", "large", "single", "exact", "letter", "text", "key", "moment", "bytes", "list", "map", "table", "point", "any", "maybe", "note"]}
            """);
        Assert.True(JsonElement.DeepEquals(expected, schema.GetProperty("params")), schema.GetProperty("params").GetRawText());
    }

    [Theory]
    [InlineData("flag", "7", "true or false")]
    [InlineData("small", "256", "a whole number")]
    [InlineData("exact", "\"x\"", "a number")]
    [InlineData("letter", "\"xy\"", "one character")]
    [InlineData("text", "7", "text")]
    [InlineData("key", "\"x\"", "text")]
    [InlineData("list", "{}", "an array")]
    [InlineData("map", "[]", "an object")]
    [InlineData("maybe", "\"x\"", "a whole number or null")]
    [InlineData("colour", "\"green\"", "one of red, deep_blue")]
    public async Task A_wrong_value_is_refused_with_what_it_must_be(string parameter, string value, string wanted)
    {
        var given = new Dictionary<string, string>
        {
            ["flag"] = "true", ["small"] = "1", ["large"] = "1", ["single"] = "1", ["exact"] = "1", ["letter"] = "\"x\"", ["text"] = "\"\"", ["key"] = $"\"{Id}\"", ["moment"] = "\"2026-11-28T00:00:00Z\"",
            ["bytes"] = "\"\"", ["list"] = "[]", ["map"] = "{}", ["table"] = "{}", ["point"] = """{"x": 1, "y": 2}""", ["any"] = "null", ["maybe"] = "null", ["note"] = "null",
        };
        Assert.Equal("taken", await _bus.CallAsync<string>("varied.schema", Parameters()));
        given[parameter] = value;

        var error = await Assert.ThrowsAsync<RpcException>(() => _bus.CallAsync("varied.schema", Parameters()));

        Assert.Equal($"schema() parameter '{parameter}' must be {wanted}", error.Message);

        JsonElement Parameters() => JsonElement.Parse($"{{{string.Join(", ", given.Select(g => $"\"{g.Key}\": {g.Value}"))}}}");
    }

    [Fact]
    public async Task What_a_service_got_is_counted()
    {
        string[] malformed = ["{", "[]", """{"method": "other"}"""];
        foreach (var request in malformed)
            await AnswerAsync("words", request);
        await AnswerAsync("words", "{}", new MessageProperties { ContentType = "application/x-yaml", ReplyTo = "replies" });
        await AnswerAsync("missing", """{"id": 1, "method": "missing"}""");
        await _bus.Transport.PublishAsync("", "varied", new MessageProperties { ReplyTo = "amq.rabbitmq.reply-to.x" }, "{}"u8.ToArray(), PublishMode.Confirmed);
        for (var i = 0; i < 3; i++)
            await _bus.CallAsync("varied.words", new { number = i });
        await Assert.ThrowsAsync<RpcException>(() => _bus.CallAsync("varied.declared"));
        await Assert.ThrowsAsync<RpcException>(() => _bus.CallAsync("varied.secret"));

        var stats = await _bus.CallAsync("varied.stats");

        Assert.Equal((12, 5, 1, 1), (Count("received"), Count("malformed"), Count("unknown_methods"), Count("lost_replies")));
        Assert.Equal((0, 0, 0, 0, 0), (Count("dropped"), Count("expired"), Count("handler_errors"), Count("stale_acknowledgements"), Count("redelivered")));
        Assert.Equal(("varied", (0, 0)), (stats.GetProperty("service").GetString(), (Count("proofs"), Count("proof_failures"))));
        Assert.InRange(stats.GetProperty("uptime_s").GetDouble(), 0, 300);
        var methods = stats.GetProperty("methods").EnumerateArray().ToDictionary(m => m.GetProperty("name").GetString()!);
        Assert.Equal(
            [("declared", 1, 1, 0), ("secret", 1, 1, 1), ("words", 3, 0, 0)],
            methods.Where(m => Of(m.Value, "calls") > 0).Select(m => (m.Key, Of(m.Value, "calls"), Of(m.Value, "errors"), Of(m.Value, "masked_errors"))).Order());
        Assert.Equal(("it is taken", JsonValueKind.Null), (methods["declared"].GetProperty("last_error").GetString(), methods["words"].GetProperty("last_error_time").ValueKind));

        int Count(string name) => Of(stats, name);
    }

    [Fact]
    public async Task Who_asks_all_services_hears_those_that_are_meant()
    {
        await using var other = await _bus.ServeAsync(new Varied(), new ServeOptions { Name = "other" });
        var window = TimeSpan.FromSeconds(1);

        Assert.Equal(["other", "varied"], (await _bus.DiscoverAsync(window, what: "ping")).Select(Name).Order());
        Assert.Equal(["varied"], (await _bus.DiscoverAsync(window, "varied")).Select(Name));
        Assert.Equal(0, Of(Assert.Single(await _bus.DiscoverAsync(window, "other", "stats")), "malformed"));

        static string Name(JsonElement answer) => answer.GetProperty("service").GetString()!;
    }

    [Fact]
    public async Task A_call_that_outlasts_the_patience_of_a_stop_is_cancelled_and_answered()
    {
        var call = _bus.CallAsync("varied.stuck");
        await Eventually.TrueAsync(() => Varied.IsStuck(_url), "the call is in hand");

        await _serving.DisposeAsync();

        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal((-20100, "stuck was cancelled because service varied stops"), (error.Code, error.Message));
        var line = Assert.Single(_log.Records, r => r.Text.Contains("have not ended", StringComparison.Ordinal));
        Assert.Equal((LogLevel.Warning, "varied: 1 calls have not ended within 0.1 s of the stop and are cancelled"), (line.Level, line.Text));
    }

    // What System.Text.Json writes for characters that mean something in HTML.
    private static string Escaped(string json) => json.Replace("'", "\\u0027", StringComparison.Ordinal).Replace("<", "\\u003C", StringComparison.Ordinal).Replace(">", "\\u003E", StringComparison.Ordinal);

    private static int Of(JsonElement counts, string name) => counts.GetProperty(name).GetInt32();

    private async Task<string> AnswerAsync(string method, string request, MessageProperties? properties = null)
    {
        var body = Encoding.UTF8.GetBytes(request.Replace("ID", Id, StringComparison.Ordinal));
        await _bus.Transport.PublishAsync("commissaire", $"varied.{method}", properties ?? new MessageProperties { ContentType = "application/json", ContentEncoding = "utf-8", ReplyTo = "replies" }, body);
        Assert.True(_replies.TryTake(out var reply, TimeSpan.FromSeconds(20)), $"{request} was not answered");
        return reply;
    }

#pragma warning disable CA1822   // as methods of services are
    public sealed class Varied
    {
        private static readonly ConcurrentDictionary<string, bool> Stuck = new();

        public static bool IsStuck(string url) => Stuck.ContainsKey(url);

        public string OnWords(int number) => $"{number}";

        public void OnNothing()
        {
        }

        public async Task OnLater() => await Task.Yield();

        public string OnSame(string text) => text;

        public float OnHalf(float of) => of / 2;

        [BusError(typeof(InvalidOperationException), 409)]
        public void OnDeclared() => throw new InvalidOperationException("it is taken");

        public void OnSecret() => throw new InvalidOperationException("the password is 1234");

        public async Task OnStuck(IBus bus, CancellationToken cancel)
        {
            Stuck[bus.Transport.Address] = true;
            await Task.Delay(Timeout.Infinite, cancel);
        }

        public async IAsyncEnumerable<int> OnSeries()
        {
            await Task.Yield();
            yield return 1;
        }

        [BusMethod("schema", Description = "Takes all kinds.")]
        public string Schema(
            bool flag, byte small, long large, float single, decimal exact, char letter, string text, Guid key, DateTimeOffset moment, byte[] bytes, List<int> list, Dictionary<string, int> map,
            System.Collections.Hashtable table, Point point, JsonElement any, int? maybe, string? note, Colour colour = Colour.Red) => "taken";

        public int Onlooker() => throw new InvalidOperationException("not a method of the bus");
    }
}

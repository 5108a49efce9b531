using System.Text;
using Hutch.Bus.Transports;

namespace Hutch.Tests.Bus;

/// <summary>Messages that nobody in his right mind sends: one corpus for the parsers and for running services.</summary>
public static class HostileMessages
{
    public static IReadOnlyList<(string Name, MessageProperties Properties, byte[] Body)> All { get; } = [.. Bodies().SelectMany(WithProperties)];

    public static IEnumerable<(string Name, byte[] Body)> Bodies()
    {
        var random = new Random(4);
        for (var i = 0; i < 40; i++)
        {
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            yield return ($"random {i}", bytes);
        }
        yield return ("empty", []);
        yield return ("deep array", Text(new string('[', 100_000)));
        yield return ("deep object", Text(string.Concat(Enumerable.Repeat("{\"a\":", 5_000)) + "1" + new string('}', 5_000)));
        yield return ("deep params", Text("{\"id\":1,\"method\":\"as_it_is\",\"params\":{\"anything\":" + new string('[', 600) + new string(']', 600) + "}}"));
        yield return ("huge", Text("{\"id\":1,\"method\":\"echo\",\"params\":{\"words\":\"" + new string('x', 3_000_000) + "\"}}"));
        yield return ("huge name", Text("{\"id\":1,\"method\":\"" + new string('m', 1_000_000) + "\"}"));
        yield return ("huge number", Text("{\"id\":1,\"method\":\"add\",\"params\":{\"x\":1e999999,\"y\":" + new string('9', 1000) + "}}"));
        yield return ("half a surrogate", Text("""{"id":1,"method":"echo","params":{"words":"\ud800"}}"""));
        yield return ("half a surrogate in the method", Text("""{"id":1,"method":"\ud800"}"""));
        yield return ("half a surrogate in the id", Text("""{"id":"\ud800","method":"echo"}"""));
        yield return ("bad utf-8 in the method", [.. "{\"id\":1,\"method\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
        yield return ("bad utf-8 in a parameter", [.. "{\"id\":1,\"method\":\"echo\",\"params\":{\"words\":\""u8, 0xff, 0xfe, .. "\"}}"u8]);
        foreach (var body in (string[])
            [
                "null", "true", "7", "[]", "[1,2]", "\"\"", "\"text\"", "\"{}\"", "\"\\\"{}\\\"\"", "{}", "{", "{]", "{\"method\"", "{\"method\":", "{\"method\":null}",
                "{\"method\":7}", "{\"method\":\"\"}", "{\"method\":\"echo\"}", "{\"method\":\"message\"}", "{\"method\":\"__init__\"}", "{\"method\":\"echo\",\"params\":null}",
                "{\"method\":\"echo\",\"params\":\"words\"}", "{\"method\":\"echo\",\"params\":{\"words\":{\"a\":[]}}}", "{\"method\":\"echo\",\"params\":{\"\":1}}",
                "{\"method\":\"echo\",\"params\":{\"words\":\"a\",\"words\":\"b\"}}", "{\"id\":{\"a\":[1]},\"method\":\"echo\",\"params\":[\"x\"]}", "{\"id\":null,\"method\":\"echo\",\"params\":[\"x\"]}",
                "{\"id\":1,\"method\":\"add\",\"params\":{\"x\":NaN,\"y\":-Infinity}}", "{\"id\":1,\"result\":5}", "{\"id\":1,\"method\":\"ToString\"}", "{\"id\":1,\"method\":\"on_echo\"}",
                "{\"id\":1,\"method\":\"move\",\"params\":{\"point\":[],\"colour\":99}}", "{\"id\":1,\"method\":\"echo\",\"params\":[\"x\"]} trailing", "{\"id\":1,\"method\":\"echo\",\"params\":[\"x\"]}{}",
            ])
        {
            yield return (body, Text(body));
        }
    }

    private static IEnumerable<(string, MessageProperties, byte[])> WithProperties((string Name, byte[] Body) message)
    {
        yield return (message.Name, MessageProperties.None, message.Body);
        yield return (message.Name, new MessageProperties { ContentType = "application/json", ContentEncoding = "utf-8", ReplyTo = "response-nobody" }, message.Body);
        if (message.Body.Length > 100)
            yield break;
        yield return (message.Name, new MessageProperties { ContentType = "application/x-python-serialize", ContentEncoding = "binary", ReplyTo = "response-nobody" }, message.Body);
        yield return (message.Name, new MessageProperties { ContentType = "text/plain", ContentEncoding = "no-such-thing", ReplyTo = "response-nobody" }, message.Body);
        foreach (var replyTo in (string[])["", " ", "unacked", "unacked_index", "amq.rabbitmq.reply-to.g1h2AA.x", "\u0006\u0016", "../../etc/passwd", "☃", new string('r', 255)])
            yield return (message.Name, new MessageProperties { ContentType = "application/json", ContentEncoding = "utf-8", ReplyTo = replyTo }, message.Body);
        yield return (message.Name, new MessageProperties { Headers = new Dictionary<string, object?> { ["hutch-stream"] = new List<object?> { null, 1 }, ["redelivered"] = "yes" }, ReplyTo = "response-nobody" }, message.Body);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Text;
using Hutch.Bus.Transports;
using Hutch.Tests.Servers;

namespace Hutch.Tests.Requests;

public abstract partial class RequestContract
{
    [Fact]
    public async Task What_is_no_request_no_kill_and_no_status_is_counted_and_stops_nobody()
    {
        var primary = await Primary("p", Handler.Echo);
        var post = await Post("q", "p", Handler.Echo);
        var random = new Random(1);
        var deep = Encoding.ASCII.GetBytes(new string('[', 100_000));
        byte[][] bodies = [[], [0xff, 0xfe], deep, "{"u8.ToArray(), "NaN"u8.ToArray(), new byte[2_000_000], .. Enumerable.Range(0, 20).Select(_ => { var b = new byte[random.Next(100)]; random.NextBytes(b); return b; })];
        MessageProperties[] properties =
        [
            MessageProperties.None,
            new() { CorrelationId = "", Headers = new Dictionary<string, object?>() },
            new() { CorrelationId = new string('x', 255) },
            new() { CorrelationId = "a", ReplyTo = "nobody\r\n", Headers = new Dictionary<string, object?> { ["action"] = 1 } },
            new() { CorrelationId = "b", Headers = new Dictionary<string, object?> { ["action"] = "request_success", ["source"] = Name("p") } },
            new() { CorrelationId = "c", Headers = new Dictionary<string, object?> { ["action"] = "request_fail", ["source"] = new List<object?> { "p" }, ["message"] = new Dictionary<string, object?>() } },
            new() { CorrelationId = "d", Headers = new Dictionary<string, object?> { ["action"] = "nonsense", ["source"] = Name("p"), ["message"] = null }, ContentType = "x", Priority = 9 },
        ];
        foreach (var body in bodies)
        {
            foreach (var property in properties)
            {
                await Log.Bus.PublishAsync("request", Tag("p"), property, body);
                await Log.Bus.PublishAsync("kill", Tag("p"), property, body);
                await Log.Bus.PublishAsync("status", Tag("p"), property, body);
            }
        }
        var id = await Client.SendAsync(Tag("p"), "still there");
        var lines = await Log.LinesAsync(id, 4);
        Assert.Equal($"{Name("q")} request_success still there", lines[3]);
        // Redis hands over what has a priority last.
        await Eventually.TrueAsync(() => primary.Counters.Received == (bodies.Length * properties.Length) + 1 && primary.Counters.Kills == bodies.Length * properties.Length,
            $"{bodies.Length * properties.Length} requests and kills are counted");
        await Eventually.TrueAsync(() => primary.Counters.Malformed == bodies.Length * properties.Length, "the malformed requests are counted");
        await Eventually.TrueAsync(() => post.Counters.Malformed >= bodies.Length * 5 && Client.Malformed > 0, "the malformed statuses are counted");
        // Whatever was refused, the statuses that went out can be read by a Python peer.
        Assert.All(Log.Of("b").Where(s => s.Source == Name("q")), s => Assert.NotNull(s.Request));
    }
}

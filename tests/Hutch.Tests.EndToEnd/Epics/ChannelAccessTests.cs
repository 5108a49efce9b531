using System.Text.Json;
using Hutch.Tests.EndToEnd.Support;

namespace Hutch.Tests.EndToEnd.Epics;

/// <summary>An operator's client (pyepics, on the reference library) with our server.</summary>
public sealed class ChannelAccessTests : IDisposable
{
    private const string Pvs = """
        { "pvs": [
          { "name": "t:double", "value": 21.5, "units": "C", "precision": 2, "writable": true, "display": [0, 100], "warning": [10, 30], "alarm": [5, 40], "control": [-50, 50] },
          { "name": "t:float", "type": "float", "value": 1.25, "writable": true },
          { "name": "t:long", "type": "long", "value": -70000, "writable": true, "display": [-5, 5] },
          { "name": "t:short", "type": "short", "value": -3, "writable": true },
          { "name": "t:char", "type": "char", "value": 200, "writable": true },
          { "name": "t:enum", "type": "enum", "value": "closed", "states": ["open", "closed", "moving"], "writable": true },
          { "name": "t:string", "type": "string", "value": "hello", "writable": true },
          { "name": "t:strings", "type": "string", "value": ["a", "bc", "def"], "writable": true },
          { "name": "t:longs", "type": "long", "value": [1, -2, 3], "writable": true },
          { "name": "t:text", "type": "char", "count": 256, "writable": true },
          { "name": "t:fixed", "value": 1 },
          { "name": "t:big", "count": 1000000, "writable": true },
          { "name": "t:counter", "type": "long", "wave": "counter", "rate": 100 }
        ] }
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly SimulatedIoc _ioc;

    public ChannelAccessTests() => _ioc = new SimulatedIoc(_folder, Pvs);

    public void Dispose()
    {
        _ioc.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_reads_values_of_every_type_with_units_limits_states_and_time()
    {
        var all = _ioc.Ask("read", "t:double", "t:float", "t:long", "t:short", "t:char", "t:enum", "t:string", "t:strings", "t:longs", "t:fixed");

        JsonElement Of(string pv, string what) => all.GetProperty("t:" + pv).GetProperty(what);
        Assert.Equal(["ctrl_double", "ctrl_float", "ctrl_long", "ctrl_short", "ctrl_char", "ctrl_enum"],
            new[] { "double", "float", "long", "short", "char", "enum" }.Select(n => Of(n, "type").GetString()!));
        Assert.Equal([21.5, 1.25, -70000, -3, 200, 1], new[] { "double", "float", "long", "short", "char", "enum" }.Select(n => Of(n, "value").GetDouble()));
        Assert.Equal("hello", Of("string", "value").GetString());
        Assert.Equal("""["a", "bc", "def"]""", Of("strings", "value").GetRawText());
        Assert.Equal("[1, -2, 3]", Of("longs", "value").GetRawText());
        Assert.Equal("C", Of("double", "units").GetString());
        Assert.Equal(2, Of("double", "precision").GetInt32());
        Assert.Equal("[0.0, 100.0, 5.0, 10.0, 30.0, 40.0, -50.0, 50.0]", Of("double", "limits").GetRawText());
        Assert.Equal("[-5, 5, 0, 0, 0, 0, 0, 0]", Of("long", "limits").GetRawText());
        Assert.Equal("""["open", "closed", "moving"]""", Of("enum", "states").GetRawText());
        Assert.Equal("closed", Of("enum", "text").GetString());
        Assert.Equal("21.50", Of("double", "text").GetString());
        Assert.Equal("read-only", Of("fixed", "access").GetString());
        Assert.Equal("read/write", Of("double", "access").GetString());
        var sent = _ioc.Record("t:double").Single().Time;
        Assert.Equal(sent / 1e6, Of("double", "timestamp").GetDouble(), 0.00001);
    }

    [Theory]
    [InlineData("t:double", "35.5", "35.5")]
    [InlineData("t:double", "50.5", "21.5")]   // above its limit: refused
    [InlineData("t:float", "-2.5", "-2.5")]
    [InlineData("t:long", "70001", "70001")]
    [InlineData("t:enum", "\"moving\"", "2")]
    [InlineData("t:string", "\"other\"", "\"other\"")]
    [InlineData("t:strings", "[\"x\", \"y\", \"z\"]", "[\"x\", \"y\", \"z\"]")]
    [InlineData("t:longs", "[7, 8, 9]", "[7, 8, 9]")]
    public void It_puts_what_is_allowed(string pv, string value, string afterwards) => Assert.Equal(afterwards, _ioc.Ask("put", pv, value).GetRawText());

    [Fact]
    public void It_sees_the_alarm_of_what_it_put()
    {
        _ioc.Ask("put", "t:double", "45");
        var read = _ioc.Ask("read", "t:double").GetProperty("t:double");
        Assert.Equal((3, 2), (read.GetProperty("status").GetInt32(), read.GetProperty("severity").GetInt32()));   // HIHI, MAJOR
    }

    [Fact]
    public void It_puts_reads_and_monitors_a_million_elements()
    {
        var result = _ioc.Ask("array", "t:big");
        Assert.True(result.GetProperty("equal").GetBoolean());
        Assert.True(result.GetProperty("monitored").GetBoolean());
    }

    [Fact]
    public void Ten_clients_at_once_get_every_value_with_its_time_stamp()
    {
        const int count = 100;
        var clients = Enumerable.Range(0, 10).Select(_ => _ioc.Client("monitor", "t:counter", $"{count}")).ToList();
        foreach (var client in clients)
        {
            client.Succeed();
            var got = JsonDocument.Parse(client.Output).RootElement.EnumerateArray().Select(e => (e[0].GetInt64(), e[1].GetInt32())).ToList();
            var posted = _ioc.Record("t:counter").Select(p => (p.Time, p.Value[0].GetInt32())).ToList();
            Assert.True(got.Count >= count);
            // pyepics tells its callback the first value twice: when it is added, and when the monitor brings it.
            var values = got.Distinct().ToList();
            var start = posted.IndexOf(values[0]);
            Assert.Equal(posted.Skip(start).Take(values.Count), values);
            client.Dispose();
        }
    }
}

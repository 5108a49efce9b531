using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Hutch.Beamline;
using Hutch.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Beamline;

public sealed class BeamlineReaderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private BeamlineFile Read(string text)
    {
        File.WriteAllText(_path, text);
        return BeamlineReader.Read(_path, new NoPrograms());
    }

    private string[] Errors(string text) =>
        [.. Assert.Throws<UserErrorException>(() => Read(text)).Message.Split(Environment.NewLine).Select(l => l.Replace(_path + ":", ""))];

    [Fact]
    public void A_file_with_comments_is_read()
    {
        var file = Read("""
            {
              // the name
              "name": "demo", /* and more */
              "services": [
                { "name": "a", "command": ["sleep", "1"], "restart": "always", "limits": { "memory": "1.5MB" } },
                { "name": "b", "program": "known", "options": { "x": [1, 2] }, "instances": 3, "depends_on": ["a"], "restart": { "policy": "never" }, },
              ],
            }
            """);
        Assert.Equal("demo", file.Name);
        Assert.Equal(3, file.Services[1].Instances);
        Assert.Equal(1_500_000, MemorySize.Bytes(file.Services[0].Limits!.Memory!.Value));
        Assert.Equal(["--x", "1", "--x", "2"], ProgramArguments.Of(file.Services[1].Options, 0));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_line()
    {
        var errors = Errors("""
            {
              "name": "de mo",
              "services": [
                { "name": "a", "comand": ["x"], "instances": 0 },
                { "name": "b", "command": [], "restart": "sometimes" },
                { "name": "c", "command": ["x"], "stop_priority": 101, "tags": "core",
                  "ready": { "port": 1, "log": "x" }, "limits": { "memory": "5 pounds" } }
              ]
            }
            """);
        Assert.Equal(
            [
                "2:11: name: \"de mo\" does not match ^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$ (letters, digits, _ . -; a letter or digit first; 64 characters at most)",
                "4:5: services[0]: needs exactly one of program, type, command",
                "4:30: services[0].comand: there is no such key; there are " + string.Join(", ", Keys()),
                "4:50: services[0].instances: 0 is less than 1",
                "5:31: services[1].command: needs at least 1 item(s)",
                "5:46: services[1].restart: \"sometimes\" is not one of never, on-failure, always",
                "6:55: services[2].stop_priority: 101 is more than 100",
                "6:68: services[2].tags: must be an array, not \"core\"",
                "7:16: services[2].ready: needs exactly one of port, log, command, heartbeat",
                "7:65: services[2].limits.memory: \"5 pounds\" does not match ^[0-9]+(\\.[0-9]+)?(B|kB|MB|GB|KiB|MiB|GiB)$ (like 500MB or 2GiB)",
            ],
            errors);
    }

    [Fact]
    public void Bounds_types_and_keys_are_those_of_the_schema()
    {
        var errors = Errors("""
            { "name": "demo", "clusters": [{ "nodes": [] }], "services": [
                { "name": "a", "command": ["x"], "limits": { "heartbeat": 0 }, "restart": 5, "environment": { "A": 5 } },
                { "name": "b", "name": "c", "command": ["x"], "stop_priority": 100, "autostart": 1, "instances": 1.5 },
                { "name": "d", "command": "x", "tags": [{}], "restart": null }
            ] }
            """);
        Assert.Equal(
            [
                "1:32: clusters[0]: name is missing",
                "2:63: services[0].limits.heartbeat: 0 is not more than 0",
                "2:79: services[0].restart: must be a string or an object, not 5",
                "2:104: services[0].environment.A: must be a string, not 5",
                "3:28: services[1].name: appears twice",
                "3:86: services[1].autostart: must be a boolean, not 1",
                "3:102: services[1].instances: must be an integer, not 1.5",
                "4:31: services[2].command: must be an array, not \"x\"",
                "4:45: services[2].tags[0]: must be a string, not an object",
                "4:61: services[2].restart: must be a string or an object, not null",
            ],
            errors);
    }

    [Theory]
    [InlineData("{ \"name\": 5, \"services\": [] }", "1:11: name: must be a string, not 5")]
    [InlineData("{ \"ü\": \"π\", \"name\": 5, \"services\": [] }", "1:21: name: must be a string, not 5")]
    [InlineData("{\n  \"ü\": 1, nothing }", "2:11: this is not JSON: ")]
    [InlineData("{\n  \"ü\": 1", "2:9: this is not JSON: ")]
    public void Places_are_counted_in_characters_and_a_byte_order_mark_is_none(string text, string expected)
    {
        foreach (var withMark in new[] { false, true })
        {
            File.WriteAllText(_path, text, new UTF8Encoding(withMark));
            var error = Assert.Throws<UserErrorException>(() => BeamlineReader.Read(_path, new NoPrograms())).Message;
            Assert.Contains(_path + ":" + expected, error);
        }
        File.WriteAllText(_path, "{ \"name\": \"demo\", \"services\": [{ \"name\": \"a\", \"command\": [\"true\"] }] }", new UTF8Encoding(true));
        Assert.Equal("demo", BeamlineReader.Read(_path, new NoPrograms()).Name);
    }

    [Fact]
    public void Names_that_do_not_exist_are_said_with_those_that_do()
    {
        var errors = Errors("""
            {
              "name": "demo",
              "clusters": [{ "name": "c", "nodes": [{ "name": "n" }] }],
              "services": [
                { "name": "a", "program": "unknown", "depends_on": ["b", "zz"], "node": "m" },
                { "name": "b", "program": "known", "options": { "bad": 1 } },
                { "name": "b", "command": ["x"], "options": {} , "container": "thread", "group": "g" }
              ]
            }
            """);
        Assert.Equal(
            [
                "5:31: services[0].program: there is no program unknown; there are: known",
                "5:62: services[0].depends_on: there is no service zz; there are: a, b",
                "5:77: services[0].node: there is no node m; there are: n",
                "6:60: services[1].options: --bad is not right",
                "7:15: services: b is also the name of another one, in line 6",
                "7:49: services[2].options: is only valid with program",
                "7:67: services[2].container: a command is always a process",
                "7:86: services[2].group: there is no group g; there are no groups",
            ],
            errors);
    }

    [Fact]
    public void A_circle_is_refused_with_its_path()
    {
        var errors = Errors("""
            { "name": "demo", "services": [
                { "name": "a", "command": ["x"], "depends_on": ["b"] },
                { "name": "b", "command": ["x"], "depends_on": ["c"] },
                { "name": "c", "command": ["x"], "depends_on": ["a"] } ] }
            """);
        Assert.Equal(["2:52: services depend on each other in a circle: a -> b -> c -> a"], errors);
    }

    [Theory]
    [InlineData("{ \"name\": \"x\"\n \"services\": [] }", "2:2:")]
    [InlineData("", "1:1:")]
    [InlineData("{} {}", "1:4:")]
    public void What_is_no_JSON_is_said_with_its_place(string text, string place)
    {
        var error = Assert.Single(Errors(text));
        Assert.StartsWith(place + " this is not JSON", error);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("cannot read the beamline file /no/such", Assert.Throws<UserErrorException>(() => BeamlineReader.Read("/no/such", new NoPrograms())).Message);

    [Fact]
    public void Every_key_of_the_schema_is_read_and_every_key_read_is_in_the_schema()
    {
        var read = typeof(ServiceEntry).GetProperties().Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));
        Assert.Equal(Keys(), read.Order());
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_user_error() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get).ToArbitrary(), text =>
        {
            File.WriteAllText(_path, text, new UTF8Encoding(false));
            Assert.Throws<UserErrorException>(() => BeamlineReader.Read(_path, new NoPrograms()));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_valid_file_with_one_piece_cut_out_is_read_or_refused_with_a_user_error()
    {
        const string valid = """{ "name": "demo", "groups": [{ "name": "g", "strategy": "all-for-one" }], "services": [{ "name": "a", "command": ["x"], "group": "g", "restart": { "budget": 3 } }] }""";
        Prop.ForAll(Gen.Choose(0, valid.Length - 1).Zip(Gen.Choose(1, 40)).ToArbitrary(), cut =>
        {
            var (at, length) = cut;
            File.WriteAllText(_path, valid.Remove(at, Math.Min(length, valid.Length - at)));
            try
            {
                BeamlineReader.Read(_path, new NoPrograms());
            }
            catch (UserErrorException)
            {
                // The only way to say no.
            }
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<string> Keys() =>
        BeamlineReader.Schema.GetProperty("$defs").GetProperty("service").GetProperty("properties").EnumerateObject().Select(p => p.Name).Order();
}

using Hutch.Beamline;

namespace Hutch.Tests.Beamline;

/// <summary>What a check of a file finds beyond its syntax; all at once, each with its line and column.</summary>
public sealed class BeamlineChecksTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch check ").FullName;

    private string FilePath => Path.Combine(_folder, "beamline.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private BeamlineFile Read(string text, BeamlineReading? reading = null)
    {
        File.WriteAllText(FilePath, text);
        return BeamlineReader.Read(FilePath, new NoPrograms(), reading);
    }

    private string[] Errors(string text, BeamlineReading? reading = null) =>
        [.. Assert.Throws<UserErrorException>(() => Read(text, reading)).Message.Split(Environment.NewLine).Select(l => l.Replace(FilePath + ":", "").Replace(_folder, "FOLDER"))];

    private static readonly BeamlineReading Around = new() { LooksAround = true };

    [Fact]
    public void Mistakes_of_every_kind_are_said_in_one_round_in_the_order_of_the_file() => Assert.Equal(
        [
            "3:31: services[0].container: \"proces\" is not one of process, thread",
            "3:55: services depend on each other in a circle: a -> b -> a",
            "4:29: services[1].program: there is no program unknown; there are: known",
            "4:50: services[1].comand: there is no such key; there are assembly, autostart, cluster, command, configuration, container, depends_on, environment, group, instances, limits, name, node, options, program, ready, restart, start_timeout, stop_priority, stop_timeout, tags, type, working_directory",
            "5:13: services: a is also the name of another one, in line 3",
            "5:50: services[2].cluster: there is no cluster c; there are no clusters",
        ],
        Errors("""
            { "name": "demo", "services": [

              { "name": "a", "container": "proces", "depends_on": ["b"], "command": ["true"] },
              { "name": "b", "program": "unknown", "comand": ["x"], "depends_on": ["a"] },
              { "name": "a", "command": ["true"], "cluster": "c" } ] }
            """));

    [Fact]
    public void Names_of_instances_count_among_the_names() => Assert.Equal(
        [
            "3:13: services: a-1 is also the name of an instance of a, in line 2",
            "5:13: services: c-0 is also the name of c-0 and an instance of this one, in line 4",
        ],
        Errors("""
            { "name": "demo", "services": [
              { "name": "a", "command": ["true"], "instances": 2 },
              { "name": "a-1", "command": ["true"] },
              { "name": "c-0", "command": ["true"] },
              { "name": "c", "command": ["true"], "instances": 3 } ] }
            """));

    [Fact]
    public void Values_that_a_schema_cannot_judge_are_judged()
    {
        var errors = Errors("""
            { "name": "demo",
              "environment": { "A=B": "x" },
              "clusters": [{ "name": "c", "nodes": [{ "name": "n", "reachable": { "tcp": "host:70000" } }, { "name": "n" }] }, { "name": "d", "nodes": [{ "name": "n" }] }],
              "services": [
                { "name": "a", "command": ["true"], "ready": { "log": "((" }, "node": "n", "restart": "always" },
                { "name": "b", "program": "known", "options": { "token": "abc", "db": "redis://u:pw@host" }, "stop_timeout": 1e300 },
                { "name": "e", "command": ["prog", "--password", "abc", "--key=def"], "depends_on": [{ "service": "a", "condition": "completed" }] },
                { "name": "f", "program": "known", "container": "thread", "environment": { "X": "1" } }
              ] }
            """);
        Assert.Collection(
            errors,
            e => Assert.Equal("2:27: environment: \"A=B\" cannot be the name of a variable: it must not be empty or contain =", e),
            e => Assert.Equal("3:78: clusters[0].nodes[0].reachable.tcp: 70000 is not a port; a port is 1 to 65535", e),
            e => Assert.EndsWith("nodes of cluster c: n is also the name of another one, in line 3", e),
            e => Assert.StartsWith("5:59: services[0].ready.log: this is not a regular expression", e),
            e => Assert.EndsWith("services[0].node: n is a node of the clusters c, d; say which with cluster", e),
            e => Assert.EndsWith("services[1].options.token: holds a secret, which everyone could read in the process list; put it in an environment variable and give $NAME instead", e),
            e => Assert.Contains("services[1].options.db: holds a secret", e),
            e => Assert.EndsWith("services[1].stop_timeout: 1e300 is more than 1000000", e),
            e => Assert.Contains("services[2].command: --password holds a secret", e),
            e => Assert.Contains("services[2].command: --key holds a secret", e),
            e => Assert.EndsWith("services[2].depends_on: a is restarted whenever it ends, and so never completes; set its restart to on-failure or never", e),
            e => Assert.Contains("services[3].environment: a thread has none of its own", e));
    }

    [Fact]
    public void Names_and_places_must_fit_together()
    {
        var sixty = new string('x', 60);
        Assert.Equal(
            [
                "2:182: clusters: c is also the name of another one, in line 2",
                "3:68: groups: g is also the name of another one, in line 3",
                "6:50: services[1].group: b is on h2 and a of the same group on h1; a group must be on one host",
                "7:50: services[2].group: e is on this machine and a of the same group on h1; a group must be on one host",
                "7:72: services[2].configuration: is only valid with type",
                "7:88: services[2].assembly: is only valid with type",
                "8:77: services[3].working_directory: a thread has none of its own; leave it out, or leave out container to run a process",
                "8:99: services[3].start_timeout: a thread has none of its own; leave it out, or leave out container to run a process",
                "10:69: services[5].depends_on: i is restarted whenever it ends, and so never completes; set its restart to on-failure or never",
                $"11:65: services[6].node: {sixty}.longname, the name of the part on that host, has 69 characters; at most 64 are allowed",
            ],
            Errors($$"""
                { "name": "{{sixty}}",
                  "clusters": [{ "name": "c", "nodes": [{ "name": "n", "host": "h1" }] }, { "name": "d", "nodes": [{ "name": "n", "host": "h2" }, { "name": "longname", "host": "h2" }] }, { "name": "c" }],
                  "groups": [{ "name": "g", "strategy": "all-for-one" }, { "name": "g", "strategy": "all-for-one" }],
                  "services": [
                    { "name": "a", "command": ["true"], "group": "g", "cluster": "c", "node": "n" },
                    { "name": "b", "command": ["true"], "group": "g", "cluster": "d", "node": "n" },
                    { "name": "e", "command": ["true"], "group": "g", "configuration": {}, "assembly": "x.dll" },
                    { "name": "f", "type": "T", "container": "thread", "working_directory": ".", "start_timeout": 3 },
                    { "name": "i", "command": ["true"], "restart": { "policy": "always" } },
                    { "name": "j", "command": ["true"], "depends_on": [{ "service": "i", "condition": "completed" }, { "service": "f", "condition": "ready" }] },
                    { "name": "k", "command": ["true"], "cluster": "d", "node": "longname" }
                  ] }
                """));
    }

    [Fact]
    public void Variables_of_the_machine_its_nodes_and_probes_must_be_set_and_a_services_own_come_first()
    {
        const string text = """
            { "name": "demo", "environment": { "FILE": "$HUTCH_NO_SUCH", "BOTH": "$HUTCH_NOR_THIS" },
              "clusters": [{ "name": "c", "nodes": [{ "name": "n", "reachable": { "tcp": "$HUTCH_NO_HOST:1" } }] }],
              "services": [{ "name": "a", "command": ["echo", "$BOTH"], "environment": { "BOTH": "well" }, "ready": { "command": ["test", "$HUTCH_NO_PROBE"] } }] }
            """;
        Assert.Equal(
            [
                "1:44: environment.FILE mentions $HUTCH_NO_SUCH, which is not set; set it, or write $$ for a dollar sign",
                "1:70: environment.BOTH mentions $HUTCH_NOR_THIS, which is not set; set it, or write $$ for a dollar sign",
                "2:78: clusters[0].nodes[0].reachable.tcp mentions $HUTCH_NO_HOST, which is not set; set it, or write $$ for a dollar sign",
                "3:127: services[0].ready.command[1] mentions $HUTCH_NO_PROBE, which is not set; set it, or write $$ for a dollar sign",
            ],
            Errors(text));
    }

    [Fact]
    public void What_is_not_there_is_found_when_it_is_looked_for()
    {
        File.WriteAllText(Path.Combine(_folder, "script"), "");
        var assembly = typeof(BeamlineChecksTests).Assembly.Location;
        var text = $$"""
            { "name": "demo", "clusters": [{ "name": "c", "nodes": [{ "name": "n", "reachable": { "command": ["no-such-ping", "n"] } }] }],
              "services": [
                { "name": "a", "command": ["no-such-program"], "ready": { "command": ["./no-probe"] } },
                { "name": "b", "command": ["./script"], "working_directory": "." },
                { "name": "c", "command": ["true"], "working_directory": "nowhere" },
                { "name": "d", "type": "X.Y", "assembly": "no.dll" },
                { "name": "e", "type": "X.Y", "assembly": "{{assembly}}" },
                { "name": "f", "type": "Hutch.Tests.Services.Until", "assembly": "{{assembly}}" },
                { "name": "g", "type": "Hutch.Tests.Services.Victim", "assembly": "{{assembly}}", "configuration": { "mode": "idle", "speed": 1 } },
                { "name": "h", "type": "Hutch.Tests.Services.Victim", "assembly": "script" },
                { "name": "i", "type": "No.Such, Hutch" }
              ] }
            """;
        Read(text); // nothing of this is a mistake of the file itself
        var errors = Errors(text, Around);
        Assert.Collection(
            errors,
            e => Assert.EndsWith("clusters[0].nodes[0].reachable.command[0]: the command no-such-ping is not in PATH; install it or give its path", e),
            e => Assert.Equal("3:32: services[0].command[0]: the command no-such-program is not in PATH; install it or give its path", e),
            e => Assert.EndsWith("services[0].ready.command[0]: there is no executable FOLDER/no-probe", e),
            e => Assert.EndsWith("services[1].command[0]: FOLDER/script is not executable; make it so (chmod +x), or put its interpreter before it", e),
            e => Assert.EndsWith("services[2].working_directory: there is no folder FOLDER/nowhere; create it or name another", e),
            e => Assert.EndsWith("services[3].assembly: there is no assembly FOLDER/no.dll", e),
            e => Assert.StartsWith("7:28: services[4].type: there is no type X.Y in", e),
            e => Assert.Contains("services[5].type: type Hutch.Tests.Services.Until is not a service", e),
            e => Assert.Contains("services[6].configuration: service g: Victim has no setting speed; there are: ", e),
            e => Assert.Contains("services[7].type: FOLDER/script is not an assembly that can be loaded", e),
            e => Assert.Contains("services[8].type: there is no type No.Such, Hutch", e));
    }

    [Fact]
    public void What_a_job_may_make_before_is_not_looked_for()
    {
        const string text = """
            { "name": "demo", "services": [
                { "name": "build", "command": ["true"] },
                { "name": "built", "command": ["./built"], "depends_on": [{ "service": "build", "condition": "completed" }] },
                { "name": "after", "command": ["./built-too"], "depends_on": ["built"] } ] }
            """;
        Assert.Equal(DependencyCondition.Completed, Read(text, Around).Services[1].DependsOn[0].Condition);
        Assert.Equal(2, Errors(text.Replace("completed", "ready", StringComparison.Ordinal), Around).Length);
    }

    [Fact]
    public void Variables_must_be_set_unless_they_may_be_set_later()
    {
        const string text = """
            { "name": "demo", "environment": { "FROM_FILE": "1" }, "services": [
                { "name": "a", "command": ["echo", "$FROM_FILE $OWN ${HUTCH_NO_SUCH} $$HOME $lower"], "environment": { "OWN": "$HUTCH_NOR_THIS" } },
                { "name": "b", "program": "known", "options": { "x": ["$HUTCH_NO_SUCH"], "y": "$SERVICE_NAME" }, "ready": { "log": "done$" } },
                { "name": "c", "command": ["login", "$HUTCH_PASSWORD"], "working_directory": "$HOME" } ] }
            """;
        Assert.Equal(
            [
                "2:40: services[0].command[1] mentions $HUTCH_NO_SUCH, which is not set; set it, or write $$ for a dollar sign",
                "2:115: services[0].environment.OWN mentions $HUTCH_NOR_THIS, which is not set; set it, or write $$ for a dollar sign",
                "3:59: services[1].options.x[0] mentions $HUTCH_NO_SUCH, which is not set; set it, or write $$ for a dollar sign",
                "4:41: services[2].command: $HUTCH_PASSWORD would be visible in the process list; let the program read it from its environment",
                "4:41: services[2].command[1] mentions $HUTCH_PASSWORD, which is not set; set it, or write $$ for a dollar sign",
            ],
            Errors(text));
        Assert.Single(Errors(text, new BeamlineReading { MayLackVariables = true }));
    }
}

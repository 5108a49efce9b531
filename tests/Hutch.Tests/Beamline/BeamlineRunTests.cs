using Hutch.Beamline;
using Hutch.Beamline.Control;
using Hutch.Services;
using Hutch.Supervision;
using Hutch.Supervision.Probes;
using Hutch.Tests.Services;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Beamline;

/// <summary>A beamline file at work, with real processes.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class BeamlineRunTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hutch run ").FullName;
    private readonly ListLogger _log = new();
    private readonly List<BeamlineRun> _runs = [];

    private string FilePath => Path.Combine(_folder, "beamline.json");

    public void Dispose()
    {
        _runs.ForEach(r => r.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    private BeamlineRun Make(string services)
    {
        Write(services);
        var run = new BeamlineRun(BeamlineReader.Read(FilePath, new NoPrograms()), new NoPrograms(), new OneLoggerFactory(_log));
        _runs.Add(run);
        return run;
    }

    private async Task<BeamlineRun> Run(string services)
    {
        var run = Make(services);
        await run.Start(Until.Patience);
        return run;
    }

    private void Write(string services) => File.WriteAllText(FilePath, services.Contains("\"services\"", StringComparison.Ordinal) ? services : $$"""{ "name": "run-test", "services": [{{services}}] }""");

    private static SupervisedService Of(BeamlineRun run, string name) => run.Services.Single(s => s.Name == name);

    private static string Idle(string name, string more = "") => $$"""{ "name": "{{name}}", "command": ["sleep", "100000"]{{more}} },""";

    [Fact]
    public async Task A_service_starts_after_the_completion_of_another_and_does_not_need_it_any_more()
    {
        var run = await Run($$"""
            { "name": "migration", "command": ["sh", "-c", "sleep 0.1; echo done >migrated"] },
            { "name": "user", "command": ["sh", "-c", "cat migrated; exec sleep 100000"], "depends_on": [{ "service": "migration", "condition": "completed" }] }
            """);
        var (migration, user) = (Of(run, "migration"), Of(run, "user"));
        Assert.True(migration.HasCompleted);
        Assert.True(Order.Of(migration.Service, ServiceState.Stopped) < Order.Of(user.Service, ServiceState.Starting));
        Until.True(() => user.Log.Lines.Any(l => l.EndsWith("info done", StringComparison.Ordinal)), "what the migration made");
        Assert.Equal(["migration"], ServiceStatus.Of(user).Dependencies);
        await run.Supervisor.StopAsync([user], Until.Patience);
        await run.Supervisor.StartAsync([user], Until.Patience);
        Assert.Equal((1, 2), (migration.Service.StartCount, user.Service.StartCount)); // a job that is done is not done again
        await run.Supervisor.RestartAsync([migration], Until.Patience);
        Assert.Equal((2, 2), (migration.Service.StartCount, user.Service.StartCount));
    }

    [Fact]
    public async Task A_job_that_runs_is_not_completed()
    {
        var run = Make(Idle("job") + """{ "name": "user", "command": ["sleep", "100000"], "depends_on": [{ "service": "job", "condition": "completed" }] }""");
        _ = run.Start(Until.Patience);
        Until.True(() => Of(run, "job").IsReady && Of(run, "user").WaitsFor == "job to end with exit code 0", "the user to wait for the end of the job");
        Assert.Equal(ServiceState.Created, Of(run, "user").Service.State);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_job_that_failed_holds_back_those_that_wait_for_it_which_say_so()
    {
        var run = Make("""
            { "name": "migration", "command": ["sh", "-c", "echo no such table; exit 3"], "restart": "never" },
            { "name": "user", "command": ["sleep", "100000"], "depends_on": [{ "service": "migration", "condition": "completed" }] },
            { "name": "viewer", "command": ["sleep", "100000"], "depends_on": ["user"] }
            """);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => run.Start(Until.Patience));
        Assert.Contains("migration has ended", error.Message);
        Assert.Contains("no such table", error.Message);
        var (user, viewer) = (Of(run, "user"), Of(run, "viewer"));
        Until.True(() => viewer.WaitsFor?.Contains("held back") == true, "the viewer to say what holds it back");
        Assert.StartsWith("migration to end with exit code 0, but it has failed and is not restarted automatically: process ", user.WaitsFor);
        Assert.Equal("user to be ready, which is held back by migration, which has failed", viewer.WaitsFor);
        Assert.Equal((ServiceState.Created, ServiceState.Created), (user.Service.State, viewer.Service.State));
        Assert.True(run.IsOver); // nothing more happens by itself
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_and_its_success_lets_the_others_start()
    {
        var run = await Run("""
            { "name": "calibration", "command": ["sh", "-c", "test -e second && exit 0; touch second; exit 1"] },
            { "name": "user", "command": ["sleep", "100000"], "depends_on": [{ "service": "calibration", "condition": "completed" }] }
            """);
        Assert.Equal(2, Of(run, "calibration").Service.StartCount);
        Assert.True(Of(run, "user").IsReady);
    }

    [Fact]
    public async Task A_reload_starts_stops_and_restarts_what_must_be_and_touches_nothing_else()
    {
        var run = await Run(Idle("same") + Idle("gone") + Idle("changed") + Idle("above", """, "depends_on": ["changed"]""") + Idle("down", """, "autostart": false"""));
        var before = run.Services.ToDictionary(s => s.Name, s => s.Service);
        var pids = run.Services.ToDictionary(s => s.Name, s => s.ProcessId);
        Write(Idle("new") + Idle("above", """, "depends_on": ["changed"]""") + Idle("changed", """, "tags": ["t"]""") + "/* moved */" + Idle("same")
            + Idle("down", """, "autostart": false, "tags": ["u"]""") + Idle("spare", """, "autostart": false"""));
        var expected = new Dictionary<string, ReloadStep>
        {
            ["new"] = new("new", ReloadAction.Start, "it is new"),
            ["changed"] = new("changed", ReloadAction.Restart, "tags changed"),
            ["above"] = new("above", ReloadAction.Restart, "it depends on changed"),
            ["down"] = new("down", ReloadAction.Change, "tags changed"),
            ["spare"] = new("spare", ReloadAction.Add, "it is new"),
            ["gone"] = new("gone", ReloadAction.Stop, "it is no longer in the file"),
        };
        Assert.Equal(expected, (await run.ReloadAsync(null, dryRun: true, Until.Patience)).ToDictionary(s => s.Name));
        Assert.Equal(pids, run.Services.ToDictionary(s => s.Name, s => s.ProcessId));
        Assert.Equal(expected, (await run.ReloadAsync(null, dryRun: false, Until.Patience)).ToDictionary(s => s.Name));
        Assert.Equal(["new", "above", "changed", "same", "down", "spare"], run.Services.Select(s => s.Name));
        Assert.Equal(["new", "above", "changed", "same"], run.Services.Where(s => s.IsReady).Select(s => s.Name));
        Assert.Equal(pids["same"], Of(run, "same").ProcessId);
        Assert.NotEqual(pids["changed"], Of(run, "changed").ProcessId);
        Assert.Contains("t", Of(run, "changed").Service.Tags);
        Assert.True(Order.Of(before["above"], ServiceState.Stopped) < Order.Of(before["changed"], ServiceState.Stopping));
        Assert.True(Order.Of(Of(run, "changed").Service, ServiceState.Running) < Order.Of(Of(run, "above").Service, ServiceState.Starting));
        Assert.Equal(ServiceState.Stopped, before["gone"].State);
        Assert.DoesNotContain(before["gone"], ServiceRegistry.FindServicesFromAllSources());
        Assert.Empty(await run.ReloadAsync(null, dryRun: false, Until.Patience));
    }

    [Fact]
    public async Task A_reload_sees_what_a_service_takes_from_elsewhere_in_the_file()
    {
        const string file = """
            { "name": "run-test", "environment": { "A": "1" }, "groups": [{ "name": "g", "strategy": "one-for-one" }],
              "clusters": [{ "name": "c", "nodes": [{ "name": "n" }, { "name": "m" }] }],
              "services": [
                { "name": "plain", "command": ["sleep", "100000"], "environment": { "A": "0" } },
                { "name": "grouped", "command": ["sleep", "100000"], "group": "g", "environment": { "A": "0" } },
                { "name": "placed", "command": ["sleep", "100000"], "node": "n", "environment": { "A": "0" } },
                { "name": "many", "command": ["sleep", "100000"], "instances": 2, "environment": { "A": "0" } },
                { "name": "user", "command": ["sleep", "100000"], "depends_on": ["many"], "environment": { "A": "0" } } ] }
            """;
        var run = await Run(file);
        async Task<string> Plan(string from, string to)
        {
            Write(file.Replace(from, to, StringComparison.Ordinal));
            return string.Join("; ", (await run.ReloadAsync(null, dryRun: true, Until.Patience)).Select(s => $"{s.Action} {s.Name}: {s.Because}"));
        }
        Assert.Equal("", await Plan("\"A\": \"1\"", "\"A\": \"2\"")); // all have one of their own
        Assert.Equal("Restart plain: environment changed", await Plan("[\"sleep\", \"100000\"], \"environment\": { \"A\": \"0\" } },\n    { \"name\": \"grouped\"", "[\"sleep\", \"100000\"] },\n    { \"name\": \"grouped\""));
        Assert.Equal("Restart grouped: group changed", await Plan("one-for-one", "all-for-one"));
        Assert.Equal("Restart placed: node changed", await Plan("{ \"name\": \"n\" }", "{ \"name\": \"n\", \"reachable\": { \"command\": [\"true\"] } }"));
        Assert.Equal("Start many-2: it is new; Restart user: depends_on changed", await Plan("\"instances\": 2", "\"instances\": 3"));
        await run.ReloadAsync(null, dryRun: false, Until.Patience);
        Assert.All(run.Services, s => Assert.True(s.IsReady, s.Name));
        Assert.Equal(3, run.Services.Count(s => s.Name.StartsWith("many-", StringComparison.Ordinal)));
        Write(file.Replace("{ \"name\": \"n\" }", "{ \"name\": \"n\", \"reachable\": { \"command\": [\"true\"] } }", StringComparison.Ordinal));
        await run.ReloadAsync(null, dryRun: false, Until.Patience);
        Assert.NotNull(((Hutch.Services.Scopes.Node)Of(run, "placed").Service.Scope).Reachability);
    }

    [Theory]
    [InlineData("""{ "name": "a", "command": ["sleep", "100000"], "depends_on": ["zz"] }""", "there is no service zz")]
    [InlineData("""{ "name": "other", "services": [{ "name": "a", "command": ["true"] }] }""", "is the file of beamline other")]
    [InlineData("""{ "name": "new", "type": "No.Such", "container": "thread" }""", "there is no type No.Such")]
    public async Task A_wrong_file_changes_nothing(string wrong, string message)
    {
        var run = await Run(Idle("a") + Idle("b"));
        var pids = run.Services.Select(s => s.ProcessId).ToList();
        Write(wrong);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => run.ReloadAsync(null, dryRun: false, Until.Patience));
        Assert.Contains(message, error.Message);
        Assert.Equal(["a", "b"], run.Services.Select(s => s.Name));
        Assert.Equal(pids, run.Services.Select(s => s.ProcessId));
        Assert.All(run.Services, s => Assert.True(s.IsReady));
    }

    [Fact]
    public async Task Variables_have_their_values_where_they_are_used_and_secrets_show_nowhere()
    {
        const string secret = "s3cret&value";
        Environment.SetEnvironmentVariable("HUTCH_TEST_TOKEN", secret);
        Environment.SetEnvironmentVariable("HUTCH_TEST_PLACE", "hutch 7");
        var run = Make("""
            { "name": "a", "instances": 2, "restart": "never", "environment": { "TOKEN": "$HUTCH_TEST_TOKEN", "NUMBER": "{instance}" },
              "command": ["sh", "-c", "echo at $HUTCH_TEST_PLACE as ${SERVICE_NAME} $NUMBER with $$TOKEN; echo again: $$TOKEN >&2; exit 4"] }
            """);
        var start = run.Start(Until.Patience);
        var service = Of(run, "a-1");
        Until.True(() => run.IsOver, "its end");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => run.WaitAsync(Until.Patience));
        _ = start.Exception;
        Assert.Contains(service.Log.Lines, l => l.EndsWith("at hutch 7 as a-1 1 with ***", StringComparison.Ordinal));
        var status = System.Text.Json.JsonSerializer.Serialize([ServiceStatus.Of(service)], ControlProtocol.Default.ListServiceStatus);
        Assert.Contains("exit code 4", status);
        foreach (var shown in _log.Records.Select(r => $"{r.Text} {r.Error}").Concat(service.Log.Lines).Append(status).Append(run.Mask(error.Message)))
            Assert.DoesNotContain("s3cret", shown);
    }

    [Fact]
    public async Task What_a_probe_waits_for_is_shown_with_names_of_variables()
    {
        Environment.SetEnvironmentVariable("HUTCH_TEST_PASSWORD", "true");
        File.WriteAllText(Path.Combine(_folder, "probe"), "#!/bin/sh\ntest \"$1\" = true\n");
        File.SetUnixFileMode(Path.Combine(_folder, "probe"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var run = Make(Idle("a", """, "ready": { "command": ["./probe", "$HUTCH_TEST_PASSWORD"] }"""));
        Assert.Equal("the command ./probe $HUTCH_TEST_PASSWORD to succeed", Of(run, "a").Options.Ready.Description);
        await run.Start(Until.Patience); // from the folder of the file, with the value
    }

    [Fact]
    public async Task Waiting_is_reported_with_its_beginning_and_again_when_it_changes_and_ends_with_the_lines_of_what_failed()
    {
        var run = Make("""
            { "name": "slow", "command": ["sh", "-c", "echo warming up; exec sleep 100000"], "ready": { "command": ["test", "-e", "warm"] } },
            { "name": "broken", "command": ["sh", "-c", "test -e warm && { echo lamp burnt >&2; exit 5; }; exec sleep 100000"], "depends_on": ["slow"], "ready": { "log": "shining" }, "restart": { "initial_delay": 60, "max_delay": 60 } }
            """);
        var reports = new List<string>();
        _ = run.Start(TimeSpan.FromMinutes(10));
        _ = run.WaitAsync(TimeSpan.FromMinutes(10), lines =>
        {
            lock (reports)
                reports.AddRange(lines);
        });
        bool Reported(Func<string, bool> what)
        {
            lock (reports)
                return reports.Exists(r => what(r));
        }
        Until.True(() => Reported(r => r.StartsWith("broken", StringComparison.Ordinal)), "the first report");
        File.WriteAllText(Path.Combine(_folder, "warm"), "");
        Until.True(() => Reported(r => r.StartsWith("broken waits for its restart delay to pass", StringComparison.Ordinal)), "the report of the failure");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => run.WaitAsync(TimeSpan.FromSeconds(0.2)));
        Assert.Matches("^slow waits for the command test -e warm to succeed since [0-9:]{8}$", reports[0]);
        Assert.Matches("^broken waits for slow to be ready since [0-9:]{8}$", reports[1]);
        Assert.Matches("not running after 0.2 s: broken waits for its restart delay[^\n]*\n    last error: process [0-9]+ of service broken ended unexpectedly: exit code 5; its last output:\n    lamp burnt$", error.Message);
    }

    [Fact]
    public async Task The_log_of_a_killed_process_has_no_stack_trace()
    {
        var run = await Run(Idle("victim", """, "restart": "never" """));
        Hutch.Native.Processes.Signals.Send(Of(run, "victim").ProcessId!.Value, Hutch.Native.Processes.Signals.SIGKILL);
        Until.True(() => Of(run, "victim").IsOver, "its end");
        var record = Assert.Single(_log.Records, r => r.Text.StartsWith("victim: process ", StringComparison.Ordinal));
        Assert.Contains("killed by SIGKILL", record.Text);
        Assert.Null(record.Error);
    }

    [Fact]
    public void A_service_is_supervised_as_its_entry_says()
    {
        var run = Make("""
            { "name": "all", "command": ["sleep", "9"], "restart": { "policy": "on-failure", "initial_delay": 2, "max_delay": 7, "budget": 3, "window": 90 }, "limits": { "memory": "2kB", "heartbeat": 4 }, "ready": { "heartbeat": true } },
            { "name": "policy", "command": ["sleep", "9"], "restart": "never", "ready": { "port": 81 } },
            { "name": "some", "command": ["sleep", "9"], "restart": { "budget": 4 } },
            { "name": "none", "command": ["sleep", "9"] }
            """);
        var all = Of(run, "all").Options;
        Assert.Equal(new RestartOptions { Policy = RestartPolicy.OnFailure, InitialDelay = TimeSpan.FromSeconds(2), MaxDelay = TimeSpan.FromSeconds(7), Budget = 3, Window = TimeSpan.FromSeconds(90) }, all.Restart);
        Assert.Equal((2000L, TimeSpan.FromSeconds(4)), (all.MemoryLimit, all.HeartbeatLimit));
        Assert.IsType<HeartbeatProbe>(all.Ready);
        Assert.Equal(new RestartOptions { Policy = RestartPolicy.Never }, Of(run, "policy").Options.Restart);
        Assert.IsType<PortProbe>(Of(run, "policy").Options.Ready);
        Assert.Equal(new RestartOptions { Budget = 4 }, Of(run, "some").Options.Restart);
        Assert.Equal((new RestartOptions(), (long?)null, (TimeSpan?)null), (Of(run, "none").Options.Restart, Of(run, "none").Options.MemoryLimit, Of(run, "none").Options.HeartbeatLimit));
        Assert.IsType<RunningProbe>(Of(run, "none").Options.Ready);
    }

    [Fact]
    public async Task Nodes_of_one_name_are_told_apart_by_their_cluster_and_end_with_the_file_that_lacks_them()
    {
        const string file = """
            { "name": "run-test", "clusters": [{ "name": "c", "nodes": [{ "name": "n" }] }, { "name": "d", "nodes": [{ "name": "n" }, { "name": "m" }] }, { "name": "bare" }],
              "services": [
                { "name": "first", "command": ["sleep", "100000"], "cluster": "c", "node": "n" },
                { "name": "second", "command": ["sleep", "100000"], "cluster": "d", "node": "n" },
                { "name": "alone", "command": ["sleep", "100000"], "node": "m" },
                { "name": "wide", "command": ["sleep", "100000"], "cluster": "d" } ] }
            """;
        var run = await Run(file);
        string Home(string name) => $"{Of(run, name).Service.Scope} of {Of(run, name).Service.Scope.Parent}";
        Assert.Equal(["node n of cluster c", "node n of cluster d", "node m of cluster d"], new[] { "first", "second", "alone" }.Select(Home));
        Assert.StartsWith("cluster d of session", Home("wide"), StringComparison.Ordinal);
        var (gone, kept) = (Of(run, "second").Service.Scope, Of(run, "alone").Service.Scope);
        Write(file.Replace("""{ "name": "n" }, { "name": "m" }""", """{ "name": "m" }, { "name": "o" }""", StringComparison.Ordinal).Replace("\"d\", \"node\": \"n\"", "\"d\", \"node\": \"o\"", StringComparison.Ordinal));
        await run.ReloadAsync(FilePath, dryRun: false, Until.Patience);
        Assert.Equal((true, false), (gone.HasEnded, kept.HasEnded));
        Assert.Equal("node o of cluster d", Home("second"));
        Assert.Same(kept, Of(run, "alone").Service.Scope);
        Write(file.Replace("""{ "name": "m" }] }""", """{ "name": "m" }, { "name": "p" }] }""", StringComparison.Ordinal).Replace("\"d\" }", "\"d\", \"node\": \"p\" }", StringComparison.Ordinal));
        await run.ReloadAsync(FilePath, dryRun: false, Until.Patience);
        Assert.Equal("node p of cluster d", Home("wide"));   // the scopes are those of the last file
    }

    [Fact]
    public async Task It_is_over_when_all_that_was_to_run_has_ended_for_good()
    {
        var never = Make(Idle("spare", """, "autostart": false"""));
        await never.Start(Until.Patience);
        Assert.False(never.IsOver);   // there is nothing to wait for

        var run = await Run("""{ "name": "short", "command": ["sh", "-c", "until test -e end; do sleep 0.05; done"], "restart": "never" },""" + Idle("spare", """, "autostart": false"""));
        Assert.False(run.IsOver);
        File.WriteAllText(Path.Combine(_folder, "end"), "");
        Until.True(() => run.IsOver, "the end of all");
        await run.Supervisor.StartAsync([Of(run, "spare")], Until.Patience);
        Assert.False(run.IsOver);
    }

    [Fact]
    public async Task Its_end_ends_its_services_and_its_journal_has_what_each_of_them_logged()
    {
        var run = await Run("""{ "name": "talking", "command": ["sh", "-c", "echo hello; exec sleep 100000"] }""");
        var service = Of(run, "talking");
        Until.True(() => run.Journal.After(0, 100).Events.Any(e => (e.Service, e.Level, e.Text) == ("talking", LogLevel.Information, "hello")), "its line in the journal");
        run.Dispose();
        Assert.Equal((ServiceState.Stopped, null), (service.Service.State, service.ProcessId));
        Assert.DoesNotContain(service.Service, ServiceRegistry.FindServicesFromAllSources());
    }

    [Fact]
    public void Secrets_of_the_file_and_of_the_environment_are_masked()
    {
        Environment.SetEnvironmentVariable("HUTCH_TEST_TOKEN", "s3cret&value");
        var run = Make(Idle("a", """, "environment": { "DB_PASSWORD": "hunter22", "PLACE": "beamline" }"""));
        Assert.Equal("*** and *** at beamline", run.Mask("s3cret&value and hunter22 at beamline"));
    }
}

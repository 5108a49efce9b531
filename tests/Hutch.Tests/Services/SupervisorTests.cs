using System.Net;
using System.Net.Sockets;
using Hutch.Native.Processes;
using Hutch.Services;
using Hutch.Services.Processes;
using Hutch.Services.Scopes;
using Hutch.Supervision;
using Hutch.Supervision.Probes;

namespace Hutch.Tests.Services;

public sealed class SupervisorTests : IDisposable
{
    private static readonly RestartOptions Quick = new() { InitialDelay = TimeSpan.FromMilliseconds(10), MaxDelay = TimeSpan.FromMilliseconds(200) };

    private readonly Session _session = new("supervised");
    private readonly ListLogger _log = new();
    private readonly Supervisor _supervisor;

    public SupervisorTests() => _supervisor = new Supervisor(_log);

    public void Dispose()
    {
        _supervisor.Dispose();
        _session.Dispose();
    }

    private SupervisedService Add(string name, Action<CancellationToken>? body = null, RestartOptions? restart = null, SupervisionGroup? group = null, ReadinessProbe? ready = null, params string[] dependsOn) =>
        _supervisor.Add(
            log => new Counter(name, log) { Scope = _session, OnError = ErrorAction.Fail, Body = body, KillGrace = TimeSpan.FromMilliseconds(100), StopTimeout = TimeSpan.FromMilliseconds(300) },
            new SupervisionOptions { Restart = restart ?? Quick, Group = group, Ready = ready ?? new RunningProbe(), DependsOn = dependsOn });

    private SupervisedService AddProcess(string name, string mode, SupervisionOptions options)
    {
        var added = _supervisor.Add(
            log =>
            {
                var service = ProcessService.Hosting<Victim>(name, new { mode }, log);
                service.StopTimeout = TimeSpan.FromSeconds(1);
                return service;
            },
            options);
        _session.Add(added.Service);
        return added;
    }

    private Task Start(params SupervisedService[] services) => _supervisor.StartAsync(services, Until.Patience);

    [Fact]
    public async Task Services_start_when_those_they_depend_on_are_ready()
    {
        var open = false;
        var a = Add("a", ready: new Gate(() => open));
        var b = Add("b", dependsOn: "a");
        var starting = Start(b);
        Until.True(() => b.WaitsFor == "a to be ready", "b to say what it waits for");
        Assert.NotNull(b.WaitsSince);
        Until.True(() => a.WaitsFor == "the gate to open", "a to say what it waits for");
        Assert.Equal(ServiceState.Running, a.Service.State);
        Assert.Equal(ServiceState.Created, b.Service.State);
        open = true;
        await starting;
        Assert.True(Order.Of(a.Service, ServiceState.Running) < Order.Of(b.Service, ServiceState.Starting));
        Assert.Null(b.WaitsFor);
    }

    [Fact]
    public async Task A_start_that_does_not_succeed_says_what_is_missing()
    {
        Add("gated", ready: new Gate(() => false));
        var b = Add("behind", dependsOn: "gated");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _supervisor.StartAsync([b], TimeSpan.FromMilliseconds(300)));
        Assert.Contains("gated waits for the gate to open since", error.Message);
        Assert.Contains("behind waits for gated to be ready since", error.Message);
    }

    [Theory]
    [InlineData(RestartPolicy.Never, false, false)]
    [InlineData(RestartPolicy.Never, true, false)]
    [InlineData(RestartPolicy.OnFailure, false, false)]
    [InlineData(RestartPolicy.OnFailure, true, true)]
    [InlineData(RestartPolicy.Always, false, true)]
    [InlineData(RestartPolicy.Always, true, true)]
    public async Task The_policy_decides_about_a_restart(RestartPolicy policy, bool fails, bool restarts)
    {
        var ended = 0;
        SupervisedService? service = null;
        service = Add("ending", _ =>
        {
            if (ended++ > 0)
                return;
            if (fails)
                throw new IOException("broken");
            service!.Service.Stop();
        }, Quick with { Policy = policy });
        service.IsWanted = true;
        if (restarts)
        {
            Until.True(() => service.Restarts == 1 && service.IsReady, "a restart");
            Assert.Equal(2, service.Service.StartCount);
        }
        else
        {
            Until.True(() => service.IsOver, "its end");
            Assert.Equal(1, service.Service.StartCount);
        }
        Assert.Equal(fails ? "broken" : null, service.LastError);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task An_intended_stop_is_no_failure()
    {
        var a = Add("a", restart: Quick with { Policy = RestartPolicy.Always });
        var b = Add("b", restart: Quick with { Policy = RestartPolicy.Always }, dependsOn: "a");
        await Start(b);
        await _supervisor.StopAsync([a], Until.Patience);
        Assert.Equal(ServiceState.Stopped, a.Service.State);
        Assert.Equal(ServiceState.Stopped, b.Service.State);
        Assert.True(Order.Of(b.Service, ServiceState.Stopped) < Order.Of(a.Service, ServiceState.Stopping));
        Assert.Equal((0, 0), (a.Restarts, b.Restarts));
        Assert.False(a.IsWanted);
        await Start(b);
        Assert.Equal((2, 2), (a.Service.StartCount, b.Service.StartCount));
    }

    [Fact]
    public async Task A_start_right_after_a_stop_does_not_take_the_stop_for_an_end_of_its_own()
    {
        var a = Add("a");
        await Start(a);
        for (var i = 2; i < 30; i++)
        {
            await _supervisor.StopAsync([a], Until.Patience);
            await Start(a);
            Assert.Equal((ServiceState.Running, i, 0), (a.Service.State, a.Service.StartCount, a.Restarts));
        }
    }

    [Fact]
    public async Task A_kill_stays_down()
    {
        var a = Add("a", restart: Quick with { Policy = RestartPolicy.Always });
        await Start(a);
        await _supervisor.KillAsync([a], Until.Patience);
        Assert.Equal(ServiceState.Killed, a.Service.State);
        Assert.False(a.IsWanted);
    }

    [Fact]
    public async Task Dependants_survive_a_restart_of_what_they_depend_on()
    {
        var a = Add("a");
        var b = Add("b", dependsOn: "a");
        await Start(b);
        await _supervisor.RestartAsync([a], Until.Patience);
        Assert.Equal(2, a.Service.StartCount);
        Assert.Equal(1, b.Service.StartCount);
        Assert.Equal(ServiceState.Running, b.Service.State);
        Assert.Equal(0, a.Restarts);
    }

    [Theory]
    [InlineData(GroupStrategy.OneForOne, 1, 2, 1)]
    [InlineData(GroupStrategy.RestForOne, 1, 2, 2)]
    [InlineData(GroupStrategy.AllForOne, 2, 2, 2)]
    public async Task A_group_restarts_together(GroupStrategy strategy, int first, int second, int third)
    {
        var group = new SupervisionGroup("g", strategy);
        var fail = false;
        var a = Add("a", group: group);
        var b = Add("b", _ =>
        {
            if (fail)
            {
                fail = false;
                throw new IOException("broken");
            }
        }, group: group);
        var c = Add("c", group: group);
        await Start(a, b, c);
        fail = true;
        Until.True(() => (a.Service.StartCount, b.Service.StartCount, c.Service.StartCount) == (first, second, third) && a.IsReady && b.IsReady && c.IsReady, "the group to be running again");
        if (strategy == GroupStrategy.AllForOne)
        {
            Assert.True(Order.Of(a.Service, ServiceState.Running) < Order.Of(b.Service, ServiceState.Starting));
            Assert.True(Order.Of(b.Service, ServiceState.Running) < Order.Of(c.Service, ServiceState.Starting));
        }
        Assert.Equal((0, 1, 0), (a.Restarts, b.Restarts, c.Restarts));
    }

    [Fact]
    public async Task A_thread_that_blocks_for_ever_is_abandoned_and_replaced()
    {
        var block = 1;
        var service = _supervisor.Add(
            log => new Counter("blocking", log)
            {
                Scope = _session,
                KillGrace = TimeSpan.FromMilliseconds(100),
                StopTimeout = TimeSpan.FromMilliseconds(100),
                Body = _ => SpinWhile(ref block),
            },
            new SupervisionOptions { Restart = Quick, HeartbeatLimit = TimeSpan.FromMilliseconds(300) });
        var first = service.Service;
        await Start(service);
        Until.True(() => service.Restarts >= 1, "a restart");
        Until.True(() => service.Service != first, "a replacement");
        Volatile.Write(ref block, 0);
        Until.True(() => service.IsReady, "the replacement to run");
        Assert.Contains("made no progress", service.LastError);
        Until.True(() => !first.IsAlive, "the end of the abandoned thread");
    }

    [Fact]
    public async Task A_failing_service_is_restarted_more_and_more_slowly_but_never_given_up()
    {
        var service = Add("hopeless", _ => throw new IOException("still broken"), Quick with { Budget = 3, MaxDelay = TimeSpan.FromMilliseconds(100), Window = TimeSpan.FromSeconds(1) });
        service.IsWanted = true;
        Until.True(() => service.Restarts >= 6, "restarts beyond the budget");
        Until.True(() => service.WaitsFor?.Contains("restarted slowly because it failed too often") == true, "to say that it is slow");
        Assert.False(service.IsOver);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_process_killed_with_9_runs_again()
    {
        var service = AddProcess("victim", "idle", new SupervisionOptions { Restart = Quick });
        await Start(service);
        var first = service.ProcessId!.Value;
        Signals.Send(first, Signals.SIGKILL);
        Until.True(() => service.IsReady && service.ProcessId != first && service.Restarts == 1, "another process");
        Assert.Contains("SIGKILL", service.LastError);
    }

    [Fact]
    public async Task A_process_that_leaks_memory_is_restarted()
    {
        var service = AddProcess("leaking", "leak", new SupervisionOptions { Restart = Quick, MemoryLimit = 300_000_000 });
        await Start(service);
        Until.True(() => service.Restarts >= 1, "a restart", TimeSpan.FromSeconds(60));
        Assert.Contains("more than its limit of 300 MB", service.LastError);
    }

    [Fact]
    public async Task A_process_that_makes_no_progress_is_restarted()
    {
        var service = AddProcess("stuck", "deaf", new SupervisionOptions { Restart = Quick, HeartbeatLimit = TimeSpan.FromMilliseconds(600) });
        await Start(service);
        Until.True(() => service.Restarts >= 1, "a restart");
        Assert.Contains("made no progress", service.LastError);
    }

    // It would report once a second, and every four seconds while nothing is counted.
    [Fact]
    public async Task A_process_reports_often_enough_for_its_limit()
    {
        var service = AddProcess("working", "idle", new SupervisionOptions { Restart = Quick, HeartbeatLimit = TimeSpan.FromMilliseconds(800) });
        await Start(service);
        var started = service.RunningSince;
        Until.True(() => service.Restarts > 0 || DateTimeOffset.UtcNow - started > TimeSpan.FromSeconds(5), "several reports");
        Assert.Null(service.LastError);
        Assert.Equal(0, service.Restarts);
    }

    // As when the machine is paused: the supervisor could not look, and the service could not report.
    [Fact]
    public async Task A_service_is_not_restarted_for_a_time_in_which_the_supervisor_stood_still_as_well()
    {
        using var goOn = new ManualResetEventSlim(initialState: true);
        using var supervise = new ManualResetEventSlim();
        var limit = TimeSpan.FromMilliseconds(800);
        var worker = _supervisor.Add(
            log => new Counter("worker", log) { Scope = _session, Body = goOn.Wait },
            new SupervisionOptions { Restart = Quick, HeartbeatLimit = limit });
        await Start(worker);
        var looks = 0;
        var starting = Start(Add("other", ready: new Gate(() =>
        {
            if (looks++ > 0)
            {
                goOn.Set();   // after the worker was looked at again
                return true;
            }
            goOn.Reset();
            supervise.Wait(CancellationToken.None);
            return false;
        })));
        Until.True(() => worker.Service.SinceHeartbeat > 2 * limit, "the worker's heartbeat to be too old");
        supervise.Set();
        await starting;
        Assert.DoesNotContain(_log.Records, r => r.Text.Contains("worker is restarted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_line_makes_ready()
    {
        var say = false;
        SupervisedService? service = null;
        service = Add("speaking", _ =>
        {
            if (say)
                service!.Log.Log(Microsoft.Extensions.Logging.LogLevel.Information, default, "listening on 1", null, (s, _) => s);
        }, ready: new LogLineProbe("listening on [0-9]+"));
        var starting = Start(service);
        Until.True(() => service.WaitsFor == "a log line that matches listening on [0-9]+", "it to wait for the line");
        say = true;
        await starting;
    }

    [Fact]
    public async Task A_port_makes_ready()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var service = Add("serving", ready: new PortProbe(port));
        var starting = Start(service);
        Until.True(() => service.WaitsFor == $"port {port} of 127.0.0.1 to accept connections", "it to wait for the port");
        using var back = new TcpListener(IPAddress.Loopback, port);
        back.Start();
        await starting;
    }

    [Fact]
    public async Task A_heartbeat_and_a_command_make_ready()
    {
        await Start(Add("beating", ready: new HeartbeatProbe()), Add("commanded", ready: new CommandProbe("true")));
    }

    [Fact]
    public async Task A_job_that_is_done_lets_others_start()
    {
        SupervisedService? job = null;
        job = Add("job", _ => job!.Service.Stop());
        var after = Add("after", dependsOn: "job");
        await Start(after);
        Assert.True(job.IsReady || job.IsOver);
    }

    [Fact]
    public void Unknown_dependencies_and_double_names_are_refused()
    {
        Add("a");
        Assert.Contains("two services are called a", Assert.Throws<UserErrorException>(() => Add("a")).Message);
        Assert.Contains("depends on zz, which does not exist; there are: a", Assert.Throws<UserErrorException>(() => Add("b", dependsOn: "zz")).Message);
    }

    private static void SpinWhile(ref int flag)
    {
        while (Volatile.Read(ref flag) == 1)
        {
            try
            {
                Thread.Sleep(5);
            }
            catch (ThreadInterruptedException)
            {
                // That is the point.
            }
        }
    }

    private sealed class Gate(Func<bool> isOpen) : ReadinessProbe
    {
        public override string Description => "the gate to open";

        public override ValueTask<bool> IsReadyAsync(SupervisedService service, CancellationToken stop) => ValueTask.FromResult(isOpen());
    }
}

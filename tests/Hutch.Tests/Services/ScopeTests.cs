using System.Net;
using System.Net.Sockets;
using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

public class ScopeTests
{
    [Fact]
    public void Ending_a_scope_ends_what_is_inside_and_nothing_else()
    {
        using var session = new Session("scopes");
        var cluster = new Cluster("c1", session);
        var node = new Node("n1", cluster);
        var other = new Node("n2", cluster);
        var detached = new Counter("detached") { Scope = session };
        var inCluster = new Counter("in-cluster") { Scope = cluster };
        var onNode = new Counter("on-node") { Scope = node };
        var onOther = new Counter("on-other") { Scope = other };
        foreach (var service in new[] { detached, inCluster, onNode, onOther })
            service.Start();

        node.Dispose();
        Assert.Equal(ServiceState.Stopped, onNode.State);
        Assert.Equal(["detached", "in-cluster", "on-other"], session.Services.Alive().Names);
        Assert.Equal(["in-cluster", "on-other"], session.Services.FindByCluster("c1").Names);
        Assert.Equal(["on-other"], session.Services.FindByNode("n2").Names);

        cluster.Dispose();
        Assert.Equal(["detached"], session.Services.Names);
        session.Dispose();
        Assert.Equal(ServiceState.Stopped, detached.State);
        Assert.Empty(session.Services);
    }

    [Fact]
    public void A_scope_stops_by_priority_among_services_that_may_go()
    {
        var session = new Session("priorities");
        var services = new[] { 90, 10, 50, 0, 100 }.Select(p => new Counter($"p{p}") { Scope = session, StopPriority = p }).ToList();
        services.ForEach(s => s.Start());
        session.Dispose();
        var stopped = services.OrderBy(s => Order.Of(s, ServiceState.Stopped)).Select(s => s.ServiceName);
        Assert.Equal(["p0", "p10", "p50", "p90", "p100"], stopped);
    }

    [Fact]
    public void A_service_that_does_not_stop_in_time_is_killed()
    {
        var session = new Session("impatient");
        using var never = new ManualResetEventSlim();
        var log = new ListLogger();
        var service = new Counter("slow", log) { Scope = session, StopTimeout = TimeSpan.FromMilliseconds(50), Body = _ => never.Wait(CancellationToken.None) };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.Empty(session.End());
        Assert.Equal(ServiceState.Killed, service.State);
        Assert.Contains(log.Records, r => r.Level == LogLevel.Warning && r.Text == "slow did not stop within 0.05 s and is killed");
    }

    [Fact]
    public void The_end_of_a_scope_returns_what_it_had_to_abandon()
    {
        var session = new Session("left");
        using var gate = new ManualResetEventSlim();
        var service = new Counter("deaf")
        {
            Scope = session,
            Container = ServiceContainer.Pool,
            StopTimeout = TimeSpan.FromMilliseconds(50),
            KillGrace = TimeSpan.FromMilliseconds(50),
            Body = _ => gate.Wait(CancellationToken.None),
        };
        service.Start();
        Until.True(() => service.Count == 1, "the first iteration");
        Assert.Equal([service], session.End());
        gate.Set();
        Until.True(() => !service.IsAlive, "the end of the body");
    }

    [Fact]
    public void What_a_body_makes_belongs_to_the_session_of_its_service_and_what_is_entered_comes_first()
    {
        using Session own = new("own"), entered = new("entered");
        var made = new List<Session>();
        var service = new Counter("making")
        {
            Scope = new Node("n", own),
            Body = _ =>
            {
                made.Add(new Counter("made").Scope.Session);
                entered.Enter();
                made.Add(new Counter("made").Scope.Session);
                own.Leave();       // which is not entered
                made.Add(new Counter("made").Scope.Session);
                entered.Leave();
                made.Add(new Node("made").Session);
                Service.OfThisBody!.Stop();
            },
        };
        service.Start();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Assert.Equal([own, entered, entered, own], made);
        Assert.Same(Session.Default, Session.Current);
    }

    [Fact]
    public void Nothing_starts_in_a_scope_that_has_ended()
    {
        var session = new Session("over");
        var cluster = new Cluster("inside", session);
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(new Counter("late") { Scope = cluster }.Start);
        Assert.Empty(session.Services.Alive());
    }

    [Fact]
    public void A_service_may_end_its_own_scope()
    {
        var session = new Session("suicidal");
        var other = new Counter("other") { Scope = session };
        other.Start();
        var service = new Counter("ending") { Scope = session, Body = _ => session.Dispose() };
        service.Start();
        Assert.True(service.WaitTillStopped(Until.Patience));
        Until.True(() => session.HasEnded && session.Services.Count == 0, "the end of the session");
        Assert.Equal(ServiceState.Stopped, other.State);
    }

    [Fact]
    public void A_node_service_iterates_only_while_its_node_answers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var node = new Node("beside") { Reachability = new TcpReachability("127.0.0.1", port), ReachabilityHolds = TimeSpan.FromMilliseconds(20) };
        var service = new Counter("looking") { Scope = node };
        var asynchronous = 0;
        var onPool = new AsyncDelegateService("looking-too", _ => { asynchronous++; return Task.CompletedTask; }) { Scope = node, Interval = TimeSpan.FromMilliseconds(5) };
        service.Start();
        onPool.Start();
        Until.True(() => service.Count > 2 && asynchronous > 2, "iterations while the node is there");
        listener.Stop();
        Until.True(() => StandsStill(() => service.Count + asynchronous), "no more iterations");
        using var back = new TcpListener(IPAddress.Loopback, port);
        back.Start();
        var (count, more) = (service.Count, asynchronous);
        Until.True(() => service.Count > count && asynchronous > more, "iterations again");
    }

    [Fact]
    public async Task A_node_is_asked_once_for_as_long_as_its_answer_holds()
    {
        var asked = 0;
        using var patient = new Node("patient") { Reachability = new Answers(() => ++asked == 2), ReachabilityHolds = TimeSpan.FromMinutes(10) };
        Assert.False(await patient.IsReachableAsync(CancellationToken.None));
        Assert.False(patient.IsReachable(CancellationToken.None));
        Assert.Equal(1, asked);
        using var curious = new Node("curious") { Reachability = patient.Reachability, ReachabilityHolds = TimeSpan.FromMilliseconds(1) };
        Assert.True(await curious.IsReachableAsync(CancellationToken.None));
        Until.True(() => !curious.IsReachable(CancellationToken.None), "another answer");
        using var plain = new Node("plain");
        Assert.True(await plain.IsReachableAsync(CancellationToken.None) && plain.LooksReachable(() => { }, CancellationToken.None));
    }

    [Fact]
    public void A_node_that_is_asked_in_the_background_says_when_it_has_answered()
    {
        using var answers = new ManualResetEventSlim();
        var (asked, heard) = (0, 0);
        using var node = new Node("far")
        {
            ReachabilityHolds = TimeSpan.FromMinutes(10),
            Reachability = new Answers(() =>
            {
                asked++;
                answers.Wait();
                return true;
            }),
        };
        for (var i = 0; i < 3; i++)
            Assert.False(node.LooksReachable(() => heard++, CancellationToken.None));
        answers.Set();
        Until.True(() => heard == 1, "its answer");
        Assert.True(node.LooksReachable(() => heard++, CancellationToken.None));
        Assert.Equal((1, 1), (asked, heard));
    }

    [Fact]
    public async Task Where_nobody_listens_is_not_reachable_and_who_is_cancelled_gets_no_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var there = new TcpReachability("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        Assert.True(await there.IsReachableAsync(CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => there.IsReachableAsync(new CancellationToken(canceled: true)).AsTask());
        listener.Stop();
        Assert.False(await there.IsReachableAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("/nonexistent/command", false)]
    public async Task A_command_says_whether_a_node_is_reachable(string command, bool expected) =>
        Assert.Equal(expected, await new CommandReachability(command).IsReachableAsync(CancellationToken.None));

    [Fact]
    public async Task A_reachability_command_that_hangs_is_killed()
    {
        var check = new CommandReachability("sleep", "600") { Timeout = TimeSpan.FromMilliseconds(100) };
        Assert.False(await check.IsReachableAsync(CancellationToken.None));
    }

    private sealed class Answers(Func<bool> answer) : IReachability
    {
        public ValueTask<bool> IsReachableAsync(CancellationToken stop) => ValueTask.FromResult(answer());
    }

    private static bool StandsStill(Func<int> count)
    {
        var before = count();
        Thread.Sleep(150);
        return count() == before;
    }
}

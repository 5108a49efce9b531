using Hutch.Services.Scopes;

namespace Hutch.Testing.Tests;

/// <summary>A session a test: what is made in it belongs to it.</summary>
public class TestSessionTests
{
    [Fact]
    public void Services_nodes_and_what_they_make_belong_to_the_session_without_a_word()
    {
        using var session = new TestSession("a test");
        Service? child = null;
        using var made = new ManualResetEventSlim();
        var parent = new DelegateService("parent", stop =>
        {
            if (child is null)
            {
                (child = new DelegateService("child", _ => TimeSpan.FromHours(1))).Start();
                made.Set();
            }
        })
        { Interval = TimeSpan.FromHours(1) };
        var onNode = new DelegateService("on a node", _ => { }) { Interval = TimeSpan.FromHours(1), Scope = new Node("node", new Cluster("cluster")) };

        parent.Start();
        onNode.Start();
        Assert.True(made.Wait(TimeSpan.FromSeconds(30)));

        Assert.Equal(["child", "on a node", "parent"], session.Services.Names.Order());
        Assert.Throws<LeftRunningException>(session.End);
        Assert.All([parent, child!, onNode], service => Assert.False(service.IsAlive));
    }

    [Fact]
    public void What_was_left_is_ended_and_told_by_name()
    {
        var session = new TestSession("Suite.A_test(x: 1)");
        var left = new DelegateService("left", _ => { }) { Interval = TimeSpan.FromHours(1) };
        var ended = new DelegateService("ended", _ => { });
        left.Start();
        ended.Start();
        ended.Dispose();

        var error = Assert.Throws<LeftRunningException>(session.End);

        Assert.Equal("Suite.A_test(x: 1)", error.Test);
        Assert.Equal(["left (Running, Thread)"], error.Left);
        Assert.StartsWith("Suite.A_test(x: 1) left a service running: left (Running, Thread). ", error.Message, StringComparison.Ordinal);
        Assert.Equal(ServiceState.Stopped, left.State);
    }

    [Fact]
    public void What_cannot_be_ended_is_told_too()
    {
        var session = new TestSession("a test");
        using var goOn = new ManualResetEventSlim();
        using var hasBegun = new ManualResetEventSlim();
        var deaf = new DelegateService("deaf", _ =>
        {
            hasBegun.Set();
            while (!goOn.IsSet)
                Thread.SpinWait(1000);
        })
        { StopTimeout = TimeSpan.Zero, KillGrace = TimeSpan.FromMilliseconds(10) };
        deaf.Start();
        Assert.True(hasBegun.Wait(TimeSpan.FromSeconds(30)));   // one whose body has not begun can be ended
        try
        {
            var error = Assert.Throws<LeftRunningException>(session.End);
            Assert.Contains("It could not be stopped, not even by force: deaf.", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            goOn.Set();
        }
        Assert.True(deaf.WaitTillStopped(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void After_the_session_services_belong_to_the_process_again()
    {
        using (var session = new TestSession("a test"))
            Assert.Same(session.Scope, Session.Current);

        Assert.Same(Session.Default, Session.Current);
    }

    [Fact]
    public async Task Sessions_of_tests_that_run_beside_each_other_do_not_mix()
    {
        var names = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () =>
        {
            using var session = new TestSession($"test {n}");
            var service = new DelegateService("the same name", _ => { }) { Interval = TimeSpan.FromHours(1) };
            await Task.Yield();
            service.Start();
            return $"{Assert.Single(session.Services).Scope.Name} {service.Scope.Name}";
        })));

        Assert.Equal(Enumerable.Range(0, 20).Select(n => $"test {n} test {n}"), names);
    }
}

using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

public class DependencyTests
{
    [Fact]
    public void A_service_depends_on_the_services_it_is_given()
    {
        using var session = new Session("dependencies");
        Counter a = new("a"), b = new("b"), c = new("c"), d = new("d"), e = new("e"), owner = new("owner");
        var thing = new Holder("thing");
        var inInterface = new Holder("in-interface");
        var holder = new Holder("holder", a, thing) { Property = b, InArray = [c], InInterface = [inInterface], Owner = owner };
        holder.InList.Add(d);
        holder.InDictionary["x"] = e;
        session.Add(a, b, c, d, e, thing, inInterface, holder, owner);

        Assert.Equal(["a", "b", "c", "d", "e", "in-interface", "thing"], holder.Dependencies.Select(s => s.ServiceName).Order());
        Assert.Equal(["holder"], d.Dependants.Names);
        Assert.Empty(owner.Dependants);
    }

    [Fact]
    public void A_function_depends_on_the_services_it_captures()
    {
        var a = new Counter("captured");
        var b = new Counter("captured-deeper");
        using var service = new DelegateService("function", stop =>
        {
            _ = a.Count;
            foreach (var i in new[] { 1, 2 })
            {
                var local = i;
                Action inner = () => b.Count += local;
                inner();
            }
        });
        Assert.Equal(["captured", "captured-deeper"], service.Dependencies.Select(s => s.ServiceName).Order());
    }

    [Fact]
    public void So_does_a_function_of_any_shape_and_what_it_captures_outside_of_its_block()
    {
        var outer = new Counter("outer");
        foreach (var deeper in new[] { new Counter("deeper") })
        {
            Service[] shapes =
            [
                new DelegateService("thread", _ => { outer.Count += deeper.Count; return null; }),
                new DelegateService("thread-action", _ => { outer.Count += deeper.Count; }),
                new AsyncDelegateService("pool", _ => { outer.Count += deeper.Count; return Task.FromResult<TimeSpan?>(null); }),
                new AsyncDelegateService("pool-action", _ => { outer.Count += deeper.Count; return Task.CompletedTask; }),
            ];
            Assert.All(shapes, s => Assert.Equal(["deeper", "outer"], s.Dependencies.Select(d => d.ServiceName).Order()));
        }
        var worker = new Linked("worker");
        Assert.Equal([worker], new DelegateService("method", worker.Work).Dependencies);
    }

    [Fact]
    public void A_circle_that_was_closed_after_the_starts_is_stopped_together_and_logged()
    {
        var log = new ListLogger();
        using var session = new Session("circle");
        Linked a = new("a", log) { Scope = session }, b = new("b", log) { Scope = session, Other = a };
        a.Start();
        b.Start();
        a.Other = b;
        a.Stop();
        Assert.True(a.WaitTillStopped(Until.Patience) && b.WaitTillStopped(Until.Patience));
        Assert.Contains(log.Records, r => r.Level == LogLevel.Warning && r.Text == "services depend on each other in a circle and are stopped together: a, b");
    }

    [Fact]
    public void A_circle_is_refused_with_its_path()
    {
        var a = new Holder("a");
        var b = new Holder("b", a);
        var c = new Holder("c", b);
        a.InList.Add(c);
        var error = Assert.Throws<InvalidOperationException>(a.Start);
        Assert.Contains("a -> c -> b -> a", error.Message);
        Assert.Equal(ServiceState.Failed, a.State);
        a.Cleanup();
        var plain = new Counter("plain");
        plain.DependsOn(new Counter("other"));
        var direct = Assert.Throws<InvalidOperationException>(() => plain.Dependencies[0].DependsOn(plain));
        Assert.Contains("other -> plain -> other", direct.Message);
    }

    [Fact]
    public void A_service_stops_after_its_dependants_have()
    {
        using var session = new Session("stop-order");
        var bottom = new Counter("bottom") { Scope = session };
        var middle = new Holder("middle", bottom) { Scope = session, Body = stop => stop.WaitHandle.WaitOne() };
        var top = new Holder("top", middle) { Scope = session, Body = stop => { stop.WaitHandle.WaitOne(); Thread.Sleep(30); } };
        bottom.Start();
        middle.Start();
        top.Start();
        bottom.Stop();
        Assert.True(bottom.WaitTillStopped(Until.Patience));
        Assert.True(Order.Of(top, ServiceState.Stopped) < Order.Of(middle, ServiceState.Stopping));
        Assert.True(Order.Of(middle, ServiceState.Stopped) < Order.Of(bottom, ServiceState.Stopping));
    }

    [Fact]
    public void Killing_a_service_kills_its_living_dependants_first()
    {
        using var session = new Session("kill-order");
        var bottom = new Counter("bottom") { Scope = session };
        var top = new Holder("top", bottom) { Scope = session };
        bottom.Start();
        top.Start();
        Assert.True(bottom.Kill());
        Assert.Equal(ServiceState.Killed, top.State);
        Assert.Equal(ServiceState.Killed, bottom.State);
        Assert.True(Order.Of(top, ServiceState.Killed) < Order.Of(bottom, ServiceState.Stopping));
    }

    [Fact]
    public void A_service_that_ends_itself_takes_nobody_with_it()
    {
        using var session = new Session("self-end");
        Counter? finite = null;
        finite = new Counter("finite") { Scope = session, Body = _ => finite!.Stop() };
        var watcher = new Holder("watcher", finite) { Scope = session };
        watcher.Start();
        finite.Start();
        Assert.True(finite.WaitTillStopped(Until.Patience));
        Assert.Equal(ServiceState.Running, watcher.State);
    }

    private sealed class Linked(string name, ILogger? log = null) : Counter(name, log)
    {
        public Service? Other { get; set; }

        public TimeSpan? Work(CancellationToken stop) => stop.IsCancellationRequested ? null : Interval;
    }
}

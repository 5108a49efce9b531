using Hutch.Services;
using Hutch.Services.Scopes;
using static Hutch.Services.ServiceRegistry;

namespace Hutch.Tests.Services;

public sealed class ServiceListTests : IDisposable
{
    private readonly Session _session = new("lists");
    private readonly Counter _core;
    private readonly Counter _idle;
    private readonly Holder _user;

    public ServiceListTests()
    {
        _core = new Counter("list-core") { Scope = _session, Tags = new HashSet<string> { "core", "daq" }, StopPriority = 80 };
        _idle = new Counter("list-idle") { Scope = _session, Tags = new HashSet<string> { "core" } };
        _user = new Holder("list-user", _core) { Scope = _session, Tags = new HashSet<string> { "daq" } };
        _session.Add(_core, _idle, _user);
        _core.Start();
        _user.Start();
    }

    private ServiceList Ours => FindServicesFromAllSources().Within(_session);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void The_first_example_alive_and_without_alive_dependants()
    {
        var found = FindServicesFromAllSources().Alive().FindNoAliveDependants();
        Assert.Contains(_user, found);
        Assert.DoesNotContain(_core, found);
        Assert.DoesNotContain(_idle, found);
        _user.Stop();
        Assert.True(_user.WaitTillStopped(Until.Patience));
        Assert.Contains(_core, FindServicesFromAllSources().Alive().FindNoAliveDependants());
    }

    [Fact]
    public void The_second_example_kill_all_core_services_that_are_alive()
    {
        Ours.FindByTags("core").Alive().Kill();
        Assert.Equal(ServiceState.Killed, _core.State);
        Assert.Equal(ServiceState.Killed, _user.State);
        Assert.Equal(ServiceState.Created, _idle.State);
    }

    [Fact]
    public void Queries_chain()
    {
        Assert.Equal(["list-core", "list-idle"], Ours.FindByTags("core").Names);
        Assert.Equal(["list-core"], Ours.FindByTags("core", "daq").Names);
        Assert.Equal(["list-user"], Ours.ExcludeTags("core").Names);
        Assert.Equal(["list-idle"], Ours.ExcludeTags("daq", "nothing").Names);
        Assert.Equal(["list-core", "list-idle", "list-user"], Ours.FindByTags("test").Names);
        Assert.Equal(["list-idle"], Ours.NotAlive().Names);
        Assert.Equal(["list-idle", "list-user"], Ours.FindNoDependants().Names);
        Assert.Equal(["list-idle", "list-user"], Ours.GroupByStopPriority()[0].Names);
        Assert.Equal(["list-core"], Ours.GroupByStopPriority()[1].Names);
        Assert.Equal(["list-core"], Ours.FindByStopPriority(80).Names);
        Assert.Equal(["list-idle"], Ours.FindByState(ServiceState.Created).Names);
        Assert.Equal(3, Ours.FindByContainer(ServiceContainer.Thread).Count);
        Assert.Same(_user, Ours.Get("list-user"));
        Assert.True(Ours.IsAnyAlive);
        Assert.Equal(2, Ours.Count(s => s.IsAlive));
        var error = Assert.Throws<UserErrorException>(() => Ours.Get("nobody"));
        Assert.Contains("list-core", error.Message);
        Assert.Equal("list-core, list-idle, list-user", Ours.ToString());
        Assert.False(Ours.WaitTillStopped(TimeSpan.Zero));
        _session.Add(new Counter("list-idle") { Scope = _session });
        Assert.Equal("2 services are called list-idle; choose by scope or tag", Assert.Throws<UserErrorException>(() => Ours.Get("list-idle")).Message);
    }

    [Fact]
    public void Bulk_actions_keep_the_order_and_cleanup_forgets()
    {
        Assert.Empty(Ours.GraduallyStop());
        Assert.True(Order.Of(_user, ServiceState.Stopped) < Order.Of(_core, ServiceState.Stopping));
        Ours.Start();
        Assert.True(Order.Of(_core, ServiceState.Running) < Order.Of(_user, ServiceState.Starting));
        Ours.Stop();
        Assert.True(Ours.WaitTillStopped(Until.Patience));
        Ours.Cleanup();
        Assert.Empty(Ours);
    }

    [Fact]
    public void The_registry_forgets_and_keeps_its_order()
    {
        var many = Enumerable.Range(0, 500).Select(i => new Counter($"many{i}")).ToList();
        using var session = new Session("many");
        session.Add(many);
        foreach (var service in many.Where((_, i) => i % 5 != 0))
            service.Cleanup();
        Assert.Equal(many.Where((_, i) => i % 5 == 0), session.Services);
    }
}

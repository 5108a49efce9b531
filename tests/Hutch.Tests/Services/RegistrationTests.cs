using Hutch.Services;
using Hutch.Services.Scopes;

namespace Hutch.Tests.Services;

public sealed class RegistrationTests : IDisposable
{
    private readonly Session _session = new("registration");

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_second_service_of_a_name_is_refused_while_the_first_is_at_work()
    {
        var (first, second) = (new Counter("writer") { Scope = _session }, new Counter("writer") { Scope = _session });
        first.Start();
        var error = Assert.Throws<InvalidOperationException>(second.Start);
        Assert.Equal("a service called writer is already at work in session registration; stop it first, or give this one another name or scope", error.Message);
        Assert.Equal((ServiceState.Created, 0), (second.State, second.StartCount));
        Assert.Single(_session.Services);
        first.Kill();
        second.Start();
        Assert.True(second.IsServiceAlive);
        Assert.Throws<InvalidOperationException>(first.Start);
    }

    [Fact]
    public void Two_nodes_may_each_have_a_service_of_one_name()
    {
        var cluster = new Cluster("c", _session);
        var (first, second) = (new Counter("receiver") { Scope = new Node("one", cluster) }, new Counter("receiver") { Scope = new Node("two", cluster) });
        first.Start();
        second.Start();
        Assert.Equal(2, _session.Services.FindByName("receiver").Alive().Count);
    }

    [Fact]
    public void A_part_may_be_called_like_another_service_beside_its_whole()
    {
        var (whole, part) = (new Counter("writer") { Scope = _session }, new Counter("writer") { Scope = _session });
        part.PartOf = whole;
        whole.Start();
        part.Start();
        Assert.Equal(2, _session.Services.FindByName("writer").Alive().Count);
    }

    [Fact]
    public void A_living_service_is_not_taken_into_another_scope()
    {
        using var other = new Session("other");
        var service = new Counter("settled") { Scope = _session };
        service.Start();
        var error = Assert.Throws<InvalidOperationException>(() => other.Add(service));
        Assert.StartsWith("service settled is Running in session registration;", error.Message, StringComparison.Ordinal);
        Assert.Empty(other.Services);
        service.Kill();
        other.Add(service);
        Assert.Same(service, Assert.Single(other.Services));
    }

    [Fact]
    public void Of_many_starts_at_once_under_one_name_one_succeeds()
    {
        var services = Enumerable.Range(0, 16).Select(_ => new Counter("contested") { Scope = _session }).ToList();
        var refused = 0;
        System.Threading.Tasks.Parallel.ForEach(services, service =>
        {
            try
            {
                service.Start();
            }
            catch (InvalidOperationException)
            {
                Interlocked.Increment(ref refused);
            }
        });
        Assert.Equal((15, 1), (refused, services.Count(s => s.IsServiceAlive)));
    }

    [Fact]
    public void A_service_whose_start_threw_leaves_the_registry_cleaned_up()
    {
        var service = new Unstartable { Scope = _session };
        Assert.Throws<IOException>(service.Start);
        Assert.Equal((ServiceState.Failed, 1), (service.State, service.CleanedUp));
        Assert.Empty(_session.Services);
        service.Works = true;
        service.Start();
        Assert.Single(_session.Services);
    }

    [Fact]
    public void A_service_whose_start_threw_stays_if_it_was_registered_for_a_look()
    {
        var service = new Unstartable();
        _session.Add(service);
        Assert.Throws<IOException>(service.Start);
        Assert.Same(service, Assert.Single(_session.Services));
        Assert.Equal("no port", service.LastError!.Message);
        Assert.Equal(0, service.CleanedUp);
    }

    private sealed class Unstartable() : Service("unstartable")
    {
        public bool Works;
        public int CleanedUp;

        protected override void OnStarting()
        {
            if (!Works)
                throw new IOException("no port");
        }

        protected override TimeSpan? Iterate(CancellationToken stop) => TimeSpan.FromMilliseconds(1);

        protected override void OnCleanup() => CleanedUp++;
    }
}

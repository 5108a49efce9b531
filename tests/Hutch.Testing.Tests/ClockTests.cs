namespace Hutch.Testing.Tests;

/// <summary>The clock that a test moves by hand.</summary>
public class ClockTests() : SessionFixture(new FakeTimeProvider())
{
    protected override bool MayLeaveServices => true;

    public static TheoryData<ServiceContainer> Containers => [ServiceContainer.Thread, ServiceContainer.Pool];

    [Theory]
    [MemberData(nameof(Containers))]
    public void An_hour_passes_at_once_and_what_was_due_is_done(ServiceContainer container)
    {
        var iterations = 0;
        new DelegateService("hourly", _ => { iterations++; }) { Interval = TimeSpan.FromHours(1), Container = container }.Start();

        Session.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(1, iterations);
        Session.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, iterations);
        Session.Advance(TimeSpan.FromHours(10));
        Assert.Equal(12, iterations);
    }

    [Fact]
    public void Services_take_turns_as_their_intervals_say()
    {
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        new DelegateService("3", _ => order.Enqueue("3")) { Interval = TimeSpan.FromMinutes(3) }.Start();
        new DelegateService("5", _ => order.Enqueue("5")) { Interval = TimeSpan.FromMinutes(5), Container = ServiceContainer.Pool }.Start();
        Session.Advance(TimeSpan.Zero);
        order.Clear();

        Session.Advance(TimeSpan.FromMinutes(14));

        Assert.Equal(["3", "5", "3", "3", "5", "3"], order);
    }

    [Fact]
    public void A_pausing_service_stops_at_once_though_the_clock_stands_still()
    {
        using var service = new DelegateService("hourly", _ => { }) { Interval = TimeSpan.FromHours(1), StopTimeout = TimeSpan.FromMinutes(1) };
        service.Start();
        Session.Advance(TimeSpan.Zero);
        Assert.NotNull(service.PausesUntil);

        service.Stop();

        Assert.True(service.WaitTillStopped(TimeSpan.FromSeconds(30)));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.Null(service.PausesUntil);
    }

    [Fact]
    public void Without_a_fake_clock_there_is_nothing_to_move()
    {
        using var session = new TestSession("real time");
        Assert.Contains("real time uses the system clock", Assert.Throws<InvalidOperationException>(() => session.Advance(TimeSpan.FromSeconds(1))).Message, StringComparison.Ordinal);
    }
}

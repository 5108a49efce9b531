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
        Session.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, iterations);
    }

    [Fact]
    public void A_pausing_service_stops_at_once_though_the_clock_stands_still()
    {
        using var service = new DelegateService("hourly", _ => { }) { Interval = TimeSpan.FromHours(1), StopTimeout = TimeSpan.FromMinutes(1) };
        service.Start();
        Session.Advance(TimeSpan.Zero);
        Assert.True(service.IsPausing);

        service.Stop();

        Assert.True(service.WaitTillStopped(TimeSpan.FromSeconds(30)));
        Assert.Equal(ServiceState.Stopped, service.State);
        Assert.False(service.IsPausing);
    }

    [Fact]
    public void Without_a_fake_clock_there_is_nothing_to_move()
    {
        using var session = new TestSession("real time");
        Assert.Contains("real time runs by the system's clock", Assert.Throws<InvalidOperationException>(() => session.Advance(TimeSpan.FromSeconds(1))).Message, StringComparison.Ordinal);
    }
}

using Hutch.Services;
using Hutch.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HutchService1.Tests;

// Each test has a session of its own. What a test leaves running is ended, and fails it by name.
public class WorkerTests() : SessionFixture(new FakeTimeProvider())
{
    [Fact]
    public void It_works_once_an_interval()
    {
        using var worker = new Worker("worker") { Interval = TimeSpan.FromMinutes(10) };
        worker.Start();

        Session.Advance(TimeSpan.FromHours(1)); // takes no time

        Assert.Equal(7, worker.Done);
    }

    [Fact]
    public void It_stops_when_it_is_asked_to()
    {
        using var worker = new Worker("worker") { Interval = TimeSpan.FromHours(1) };
        worker.Start();

        worker.Stop();

        Assert.True(worker.WaitTillStopped(TimeSpan.FromSeconds(30)));
        Assert.Equal(ServiceState.Stopped, worker.State);
    }
}

using Hutch.Services;
using Hutch.Services.Scopes;
using Microsoft.Extensions.Time.Testing;

namespace Hutch.Testing;

/// <summary>
/// The session of one test: services that the test makes, and those that they make, belong to it without a word and end with it. For
/// any test framework; with xunit see <see cref="SessionFixture"/> and <see cref="SessionPerTestAttribute"/>.
/// </summary>
public sealed class TestSession : IDisposable
{
    private readonly Session _session;

    /// <summary>Opens the session, and enters it: it is that of everything the caller does from here on.</summary>
    /// <param name="test">The name of the test, for the message about what it left.</param>
    /// <param name="clock">The clock of the session's services; null for the system's. With a <see cref="FakeTimeProvider"/> see <see cref="Advance"/>.</param>
    public TestSession(string test, TimeProvider? clock = null)
    {
        _session = new Session(test) { Clock = clock ?? TimeProvider.System };
        _session.Enter();
    }

    /// <summary>The services of the test, those of its nodes and clusters included.</summary>
    public ServiceList Services => _session.Services;

    /// <summary>The scope itself, to attach something to it by name.</summary>
    public Session Scope => _session;

    /// <summary>
    /// Moves the clock, from one due iteration to the next: each service of the test does all that is due in this time, at its time. Before
    /// each step all services must pause between two iterations, which is waited for.
    /// </summary>
    /// <param name="time">How far.</param>
    /// <exception cref="InvalidOperationException">The session was given no <see cref="FakeTimeProvider"/>.</exception>
    /// <exception cref="TimeoutException">A service does not pause: it hangs, has no <see cref="Service.Interval"/>, or awaits something in its body.</exception>
    public void Advance(TimeSpan time)
    {
        var clock = _session.Clock as FakeTimeProvider
            ?? throw new InvalidOperationException($"the session of {_session.Name} uses the system clock; give it a FakeTimeProvider to move");
        for (var end = clock.GetUtcNow() + time; ; )
        {
            var (now, due) = (clock.GetUtcNow(), WaitUntilAllPause());
            if (now == end)
                return;
            clock.Advance((due < end ? due.Value : end) - now);
        }
    }

    /// <summary>Ends the session with all that runs in it: dependants first, by force what does not stop.</summary>
    /// <exception cref="LeftRunningException">Services were at work; they have been ended.</exception>
    public void End()
    {
        var left = Services.Alive();
        var described = left.Select(service => service.ToString()).ToList();
        var abandoned = _session.End();
        _session.Leave();
        if (described.Count > 0)
            throw new LeftRunningException(_session.Name, described, [.. abandoned.Names]);
    }

    /// <summary>Ends the session without a word about what was left.</summary>
    public void Dispose()
    {
        _session.End();
        _session.Leave();
    }

    /// <returns>When the next iteration of any service is due; null if there is none.</returns>
    private DateTimeOffset? WaitUntilAllPause()
    {
        DateTimeOffset? due = null;
        Service? busy = null;
        try
        {
            Eventually.True(() =>
            {
                (busy, due) = (null, null);
                foreach (var service in Services.Alive())
                {
                    if (service.PausesUntil is { } until)
                        due = due < until ? due : until;
                    else
                        busy = service;
                }
                return busy is null;
            });
            return due;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{busy} does not pause, so it is unknown whether it has done what is due by the clock of {_session.Name}: give the service an Interval, or stop it first");
        }
    }
}

using Hutch.Services;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Hutch.Testing;

/// <summary>
/// The base of an xunit test class: each of its tests has its own session, which is open before the constructor of the class runs. What
/// the test left running is ended, and fails the test by name. A class that overrides <see cref="DisposeAsync"/> calls it last.
/// </summary>
public abstract class SessionFixture : IAsyncDisposable
{
    /// <summary>Opens the session of the test.</summary>
    /// <param name="clock">The clock of its services; null for the system's. A <see cref="FakeTimeProvider"/> is moved by <see cref="TestSession.Advance"/>.</param>
    protected SessionFixture(TimeProvider? clock = null) =>
        Session = new TestSession(TestContext.Current.Test?.TestDisplayName ?? GetType().Name, clock);

    /// <summary>The session of the test.</summary>
    protected TestSession Session { get; }

    /// <summary>The services of the test.</summary>
    protected ServiceList Services => Session.Services;

    /// <summary>Whether services may be left to the session, which ends them without failing the test. Default: no.</summary>
    protected virtual bool MayLeaveServices => false;

    /// <summary>Ends the session.</summary>
    /// <exception cref="LeftRunningException">The test left something running.</exception>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (MayLeaveServices)
            Session.Dispose();
        else
            Session.End();
        return ValueTask.CompletedTask;
    }
}

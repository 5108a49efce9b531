using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace Hutch.Testing;

/// <summary>
/// Gives each xunit test of an assembly, class or method its own session: <c>[assembly: SessionPerTest]</c>. What a test left running is
/// ended, and fails the test by name. What the constructor of a test class starts is outside of it: derive from
/// <see cref="SessionFixture"/> there.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SessionPerTestAttribute : BeforeAfterTestAttribute
{
    private readonly ConcurrentDictionary<string, TestSession> _sessions = [];

    /// <summary>Whether services may be left to the session, which ends them without failing the test. Default: no.</summary>
    public bool MayLeaveServices { get; init; }

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        _sessions[test.UniqueID] = new TestSession(test.TestDisplayName);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        if (!_sessions.TryRemove(test.UniqueID, out var session))
            return;
        if (MayLeaveServices)
            session.Dispose();
        else
            session.End();
    }
}

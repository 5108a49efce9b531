namespace Hutch.Services;

/// <summary>Where a service is in its life. A service moves downwards only, except that it may be started again.</summary>
public enum ServiceState
{
    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>Acquiring what it needs (sockets, files, rings).</summary>
    Starting,

    /// <summary>Its body runs again and again.</summary>
    Running,

    /// <summary>Asked to end; the current iteration is finishing.</summary>
    Stopping,

    /// <summary>Ended as it was meant to.</summary>
    Stopped,

    /// <summary>Ended by an error; see <see cref="Service.LastError"/>.</summary>
    Failed,

    /// <summary>Ended by <see cref="Service.Kill"/>.</summary>
    Killed,

    /// <summary>
    /// Killed, but its thread did not end in time and cannot be ended from outside. It stays so when the thread ends at last, which
    /// <see cref="Service.History"/> notes and <see cref="Service.IsAlive"/> shows; then it can be started again.
    /// </summary>
    Abandoned,
}

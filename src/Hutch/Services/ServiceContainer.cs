namespace Hutch.Services;

/// <summary>What a service runs in.</summary>
public enum ServiceContainer
{
    /// <summary>A dedicated thread of this process: for bodies that block or must not wait for others.</summary>
    Thread,

    /// <summary>The thread pool of this process: an idle service costs a timer, not a thread.</summary>
    Pool,

    /// <summary>A process of its own; see <c>ProcessService</c>.</summary>
    Process,
}

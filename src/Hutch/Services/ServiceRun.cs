using System.Diagnostics.CodeAnalysis;

namespace Hutch.Services;

/// <summary>What belongs to one start of a service. A run that was abandoned keeps its own, so it cannot disturb the next.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds anything of the system unless waited on; a caller may begin to wait after the end.")]
internal sealed class ServiceRun
{
    public readonly CancellationTokenSource Stop = new();
    public readonly ManualResetEventSlim Ended = new();

    /// <summary>The dedicated thread, or null on the pool.</summary>
    public Thread? Thread;

    /// <summary>The operating system's id of the dedicated thread; 0 until it runs.</summary>
    public volatile int NativeThreadId;

    public volatile bool Killed;

    /// <summary>Where a blocking call of the body was interrupted, if it went on regardless.</summary>
    public volatile string? InterruptedAt;

    public bool FirstIterationDone;

    /// <summary>Whether an error of the body ends the run.</summary>
    public bool Failed;
}

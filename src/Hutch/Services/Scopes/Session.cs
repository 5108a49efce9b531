using Microsoft.Extensions.Logging;

namespace Hutch.Services.Scopes;

/// <summary>
/// The widest scope: a run of the program, or a test. Services that are attached to nothing else ("detached") belong to
/// the session of the process, which ends with the process however that ends.
/// </summary>
public sealed class Session : Scope
{
    private static readonly Lock Gate = new();
    private static readonly List<Session> Open = [];
    private static readonly AsyncLocal<Session?> Entered = new();

    /// <summary>Opens a session; it ends when it is disposed of, at the latest with the process.</summary>
    public Session(string name, ILogger? logger = null)
        : base(name, null, logger)
    {
        lock (Gate)
            Open.Add(this);
    }

    /// <summary>The session of the process.</summary>
    public static Session Default { get; } = new("process");

    /// <summary>
    /// The session to which a service, node or cluster belongs that is made now and attached to nothing else: the one that was entered
    /// (<see cref="Enter"/>), else that of the service whose body makes it, else that of the process.
    /// </summary>
    public static Session Current => Entered.Value ?? Service.OfThisBody?.Scope.Session ?? Default;

    /// <summary>
    /// The clock by which the services of the session pause between two iterations. Default: the system's. A test that gives another one
    /// need not wait for them.
    /// </summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <inheritdoc/>
    public override string Kind => "session";

    /// <summary>Makes this the <see cref="Current"/> session of the caller, and of what it calls, starts and awaits; a thread or task keeps it for its own.</summary>
    public void Enter() => Entered.Value = this;

    /// <summary>Takes <see cref="Enter"/> back.</summary>
    public void Leave()
    {
        if (ReferenceEquals(Entered.Value, this))
            Entered.Value = null;
    }

    private protected override void OnEnded()
    {
        lock (Gate)
            Open.Remove(this);
    }

    /// <summary>Ends every open session, the latest first.</summary>
    internal static void EndAll()
    {
        Session[] open;
        lock (Gate)
            open = [.. Open];
        foreach (var session in open.Reverse())
            session.End();
    }
}

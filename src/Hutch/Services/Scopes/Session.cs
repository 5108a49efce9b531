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

    /// <summary>Opens a session; it ends when it is disposed of, at the latest with the process.</summary>
    public Session(string name, ILogger? logger = null)
        : base(name, null, logger)
    {
        lock (Gate)
            Open.Add(this);
    }

    /// <summary>The session of the process.</summary>
    public static Session Default { get; } = new("process");

    /// <inheritdoc/>
    public override string Kind => "session";

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

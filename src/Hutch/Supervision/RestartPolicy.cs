namespace Hutch.Supervision;

/// <summary>When a supervised service that ended unexpectedly is restarted.</summary>
public enum RestartPolicy
{
    /// <summary>Never.</summary>
    Never,

    /// <summary>When it fails: an error, a signal, an exit code other than 0, a limit exceeded.</summary>
    OnFailure,

    /// <summary>Also when it ended well.</summary>
    Always,
}

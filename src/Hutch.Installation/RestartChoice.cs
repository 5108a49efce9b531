namespace Hutch.Installation;

/// <summary>When a unit that has ended is started again.</summary>
public enum RestartChoice
{
    /// <summary>When it failed, was killed, or hung.</summary>
    OnFailure,

    /// <summary>Also when it ended well.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}

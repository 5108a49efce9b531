namespace Hutch.Bus;

/// <summary>How a call is made.</summary>
public sealed record CallOptions
{
    /// <summary>The usual options.</summary>
    public static CallOptions Default { get; } = new();

    /// <summary>
    /// How long to wait for the answer, also while the broker is unavailable. Default 10 s, as the deployed callers wait. The
    /// method's cancellation token is set when it has passed, and a call that no service took in time is never executed.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

namespace Hutch.Supervision;

/// <summary>
/// How a service is started again. The delay doubles from <see cref="InitialDelay"/> with each restart in a row up to
/// <see cref="MaxDelay"/>; when the budget is used up, every delay is the longer of <see cref="MaxDelay"/> and <see cref="Window"/> /
/// <see cref="Budget"/>: slow, but never given up.
/// </summary>
public sealed record RestartOptions
{
    /// <summary>When to restart. Default: <see cref="RestartPolicy.OnFailure"/>.</summary>
    public RestartPolicy Policy { get; init; } = RestartPolicy.OnFailure;

    /// <summary>The delay before the first restart. Default 100 ms: shorter than anybody waits, longer than a socket needs to be free.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest delay while the budget lasts. Default 30 s.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Restarts in a <see cref="Window"/> before they are slowed down. Default 10.</summary>
    public int Budget { get; init; } = 10;

    /// <summary>The time over which restarts count; a run that lasts longer makes the next failure a first one. Default 60 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);
}

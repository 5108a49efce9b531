using Hutch.Fleet.Ssh;

namespace Hutch.Fleet.Watching;

/// <summary>How a watcher works; members of its configuration.</summary>
internal sealed record WatcherOptions
{
    /// <summary>How often a host is checked that answers, in seconds. Default 60.</summary>
    public double IntervalS { get; init; } = 60;

    /// <summary>By which part of itself an interval varies, so that hosts do not fall into step. 0 to 0.5, default 0.1.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>After so many checks in a row without an answer a host is failed. Default 3.</summary>
    public int Misses { get; init; } = 3;

    /// <summary>The pause before a host is checked again that did not answer and is not failed yet, in seconds. Default 10.</summary>
    public double RetryS { get; init; } = 10;

    /// <summary>The longest pause between two checks of a host that is failed, in seconds: it doubles from the interval up to this. Default 300.</summary>
    public double MaxIntervalS { get; init; } = 300;

    /// <summary>How long a host has for its answer, in seconds. Default 5.</summary>
    public double TimeoutS { get; init; } = 5;

    /// <summary>What counts as an answer. Hosts behind others are logged in on in any case.</summary>
    public CheckKind Check { get; init; }

    /// <summary>The most checks at once. Default 512.</summary>
    public int Concurrency { get; init; } = 512;

    /// <summary>How often a watcher announces itself to the others, in seconds; one that is silent for three of these has left. Default 2.</summary>
    public double BeatS { get; init; } = 2;

    /// <inheritdoc cref="SshOptions.HostKeyPolicy"/>
    public HostKeyPolicy HostKeyPolicy { get; init; } = HostKeyPolicy.AcceptNew;

    /// <exception cref="UserErrorException">A value is out of its range.</exception>
    public WatcherOptions Checked()
    {
        foreach (var (name, value, least, most) in new (string, double, double, double)[]
        {
            ("interval_s", IntervalS, 0.1, 86_400), ("jitter", Jitter, 0, 0.5), ("misses", Misses, 1, 1000), ("retry_s", RetryS, 0.05, 86_400),
            ("max_interval_s", MaxIntervalS, IntervalS, 864_000), ("timeout_s", TimeoutS, 0.05, 600), ("concurrency", Concurrency, 1, 10_000), ("beat_s", BeatS, 0.05, 60),
        })
        {
            if (!(value >= least && value <= most))
                throw new UserErrorException($"{name} is {value}; it must be {least} to {most}");
        }
        return this;
    }
}

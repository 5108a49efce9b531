using System.Diagnostics;

namespace Hutch.Hosting;

/// <summary>
/// Reports readiness, a line of status and signs of life to the service manager. A sign of life is given only while the
/// work makes progress: when the body of a service hangs, the manager hears nothing more and starts the process anew.
/// </summary>
public sealed class HealthReport : IDisposable
{
    /// <summary>Signs of life in a watchdog period: two may be lost.</summary>
    private const int SignsInPeriod = 4;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(500);

    private readonly ServiceManagerLink? _link = ServiceManagerLink.Open();
    private readonly Func<TimeSpan> _overdue;
    private readonly Func<string> _status;
    private string _said = "";
    private long _signAt;
    private volatile bool _poolAnswers = true;

    /// <summary>Opens the report.</summary>
    /// <param name="overdue">How long the work has made no progress.</param>
    /// <param name="status">One line for <c>systemctl status</c>.</param>
    public HealthReport(Func<TimeSpan> overdue, Func<string> status)
    {
        _overdue = overdue;
        _status = status;
    }

    /// <summary>How often <see cref="Poll"/> has something to say; without end where nobody listens.</summary>
    public TimeSpan Interval => _link is null ? Timeout.InfiniteTimeSpan : _link.Watchdog is { } period && period / (2 * SignsInPeriod) < LongestInterval ? period / (2 * SignsInPeriod) : LongestInterval;

    /// <summary>Says that the service is ready for others.</summary>
    public void Ready()
    {
        _link?.Send("READY=1");
        Poll();
    }

    /// <summary>Says that the service ends because it was asked to.</summary>
    public void Stopping() => _link?.Send("STOPPING=1", "STATUS=stopping");

    /// <summary>Called again and again from the loop that waits for the end: says what has changed.</summary>
    public void Poll()
    {
        if (_link is null)
            return;
        var status = _status().ReplaceLineEndings(" ");
        if (status != _said)
            _link.Send($"STATUS={_said = status}");
        if (_link.Watchdog is not { } period || Stopwatch.GetElapsedTime(_signAt) < period / SignsInPeriod)
            return;
        // Half the period: what hangs longer than that gets no further sign, and the manager notices within the period.
        if (!_poolAnswers || _overdue() > period / 2)
            return;
        _poolAnswers = false;
        _signAt = Stopwatch.GetTimestamp();
        _link.Send("WATCHDOG=1");
        ThreadPool.UnsafeQueueUserWorkItem(_ => _poolAnswers = true, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _link?.Dispose();
}

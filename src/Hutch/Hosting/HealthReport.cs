using System.Diagnostics;

namespace Hutch.Hosting;

/// <summary>
/// Reports readiness, a line of status and signs of life to the service manager. A sign of life is given only while the
/// work makes progress: when the body of a service hangs, the manager hears nothing more and starts the process again. In a container
/// the signs go to the file that <c>HUTCH_HEALTH_FILE</c> names, whose age is asked for by the health check.
/// </summary>
public sealed class HealthReport : IDisposable
{
    /// <summary>Signs of life in a watchdog period: two may be lost.</summary>
    private const int SignsInPeriod = 4;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>How old the health file of a process that makes progress may be.</summary>
    private static readonly TimeSpan FilePeriod = TimeSpan.FromSeconds(30);

    private readonly ServiceManagerLink? _link = ServiceManagerLink.Open();
    private readonly string? _file = TakeFile();
    private readonly TimeSpan? _period;
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
        _period = _link?.Watchdog ?? (_file is null ? null : FilePeriod);
    }

    /// <summary>How often <see cref="Poll"/> has something to say; without end where nobody listens.</summary>
    public TimeSpan Interval => _link is null && _file is null ? Timeout.InfiniteTimeSpan
        : _period is { } period && period / (2 * SignsInPeriod) < LongestInterval ? period / (2 * SignsInPeriod)
        : LongestInterval;

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
        if (_link is null && _file is null)
            return;
        var status = _status().ReplaceLineEndings(" ");
        if (status != _said)
        {
            _said = status;
            _link?.Send($"STATUS={status}");
        }
        if (_period is not { } period || Stopwatch.GetElapsedTime(_signAt) < period / SignsInPeriod)
            return;
        // Half the period: what hangs longer than that gets no further sign, and the manager notices within the period.
        if (!_poolAnswers || _overdue() > period / 2)
            return;
        _poolAnswers = false;
        _signAt = Stopwatch.GetTimestamp();
        _link?.Send("WATCHDOG=1");
        Touch(status);
        ThreadPool.UnsafeQueueUserWorkItem(_ => _poolAnswers = true, null);
    }

    // As with the manager's socket: the processes that this one starts have nothing to say there.
    private static string? TakeFile()
    {
        const string variable = "HUTCH_HEALTH_FILE";
        var file = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return file is { Length: > 0 } ? file : null;
    }

    // A file that cannot be written is a failed health check, and nothing else.
    private void Touch(string status)
    {
        try
        {
            if (_file is not null)
                File.WriteAllText(_file, status + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _link?.Dispose();
}

namespace Hutch.Supervision;

/// <summary>Works out how long to wait before the next restart of one service.</summary>
internal sealed class Backoff(RestartOptions options)
{
    private readonly Queue<DateTimeOffset> _recent = new();
    private int _inRow;

    /// <summary>Whether the budget of restarts is used up.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>The delay before a restart after a run that lasted <paramref name="ran"/> and ended <paramref name="now"/>.</summary>
    public TimeSpan Next(DateTimeOffset now, TimeSpan ran)
    {
        if (ran > options.Window)
            _inRow = 0;
        while (_recent.TryPeek(out var oldest) && now - oldest > options.Window)
            _recent.Dequeue();
        IsExhausted = _recent.Count >= options.Budget;
        _recent.Enqueue(now);
        if (_recent.Count > options.Budget)
            _recent.Dequeue();
        var doubled = options.InitialDelay * Math.Pow(2, Math.Min(_inRow++, 30));
        if (!IsExhausted)
            return doubled < options.MaxDelay ? doubled : options.MaxDelay;
        // At this pace, the budget is what a window holds.
        var spread = options.Window / options.Budget;
        return spread > options.MaxDelay ? spread : options.MaxDelay;
    }
}

using System.Globalization;
using Hutch.Services;
using Hutch.Services.Logging;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

/// <summary>The logger of a supervised service: keeps the last 1000 lines to be looked at, and passes everything on.</summary>
/// <param name="next">Where records go besides; null: nowhere. Its errors affect nothing else.</param>
/// <param name="mask">Keeps secrets out of the lines; null keeps them as they are.</param>
public sealed class ServiceLog(ILogger? next = null, Func<string, string>? mask = null) : ILogger
{
    private const int Capacity = 1000;

    /// <summary>A record of elsewhere that is older is shown with its own time where the next log gives it another.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private readonly Queue<string> _lines = new();
    private readonly ILogger _next = GuardedLogger.Around(next);

    /// <summary>Raised for each line, on the thread that logs. It must not block.</summary>
    public event Action<string>? LineAdded;

    /// <summary>The same as time, level and text.</summary>
    internal event Action<DateTimeOffset, LogLevel, string>? RecordAdded;

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _next.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information || _next.IsEnabled(logLevel);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        if (_next.IsEnabled(logLevel))
            _next.Log(logLevel, eventId, state, exception, formatter);
        if (logLevel >= LogLevel.Information)
            Keep(DateTimeOffset.UtcNow, logLevel, formatter(state, exception));
    }

    /// <summary>Takes over what was logged elsewhere.</summary>
    /// <param name="at">When.</param>
    /// <param name="level">Its level.</param>
    /// <param name="text">The text.</param>
    internal void Add(DateTimeOffset at, LogLevel level, string text)
    {
        if (_next.IsEnabled(level))
            _next.Log(level, default, DateTimeOffset.UtcNow - at > Late ? $"[{TimeOf(at)}] {text}" : text, null, static (shown, _) => shown);
        Keep(at, level, text);
    }

    private static string TimeOf(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "info",
    };

    private void Keep(DateTimeOffset at, LogLevel level, string record)
    {
        var text = mask is null ? record : mask(record);
        var line = $"{TimeOf(at)} {NameOf(level)} {text}";
        lock (_lines)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
        RecordAdded?.Invoke(at, level, text);
        Listeners.Raise(LineAdded, line, error => _next.LogError(error, "a listener for the log failed: {Message}", ErrorText.Of(error)));
    }
}

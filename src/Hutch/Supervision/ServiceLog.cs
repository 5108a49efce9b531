using Hutch.Services;
using Hutch.Services.Logging;
using Microsoft.Extensions.Logging;

namespace Hutch.Supervision;

/// <summary>The logger of a supervised service: keeps the last 1000 lines to be looked at, and passes everything on.</summary>
/// <param name="next">Where records go besides; nowhere if left out. An error of it is nobody else's.</param>
/// <param name="mask">Keeps secrets out of the lines; null keeps them as they are.</param>
public sealed class ServiceLog(ILogger? next = null, Func<string, string>? mask = null) : ILogger
{
    private const int Capacity = 1000;

    /// <summary>Where the level stands in a line, after the time.</summary>
    private const int LevelAt = 24;

    private static readonly Dictionary<string, LogLevel> Levels = new[] { LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical }.ToDictionary(NameOf);

    private readonly Queue<string> _lines = new();
    private readonly ILogger _next = GuardedLogger.Around(next);

    /// <summary>Raised for each line, on the thread that logs. It must not block.</summary>
    public event Action<string>? LineAdded;

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
            Add($"{DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss.fff} {NameOf(logLevel)} {formatter(state, exception)}");
    }

    /// <summary>Takes over a line of another such log, with its time.</summary>
    internal void AddLine(string line)
    {
        var level = Levels.GetValueOrDefault(line.Length > LevelAt + 4 ? line.Substring(LevelAt, 4) : "", LogLevel.Information);
        if (_next.IsEnabled(level))
            _next.Log(level, default, line, null, static (text, _) => text.Length > LevelAt + 5 ? $"[{text[..(LevelAt - 1)]}] {text[(LevelAt + 5)..]}" : text);
        Add(line);
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        _ => "info",
    };

    private void Add(string text)
    {
        var line = mask is null ? text : mask(text);
        lock (_lines)
        {
            if (_lines.Count == Capacity)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
        Listeners.Raise(LineAdded, line, error => _next.LogError(error, "a listener to the log failed: {Message}", ErrorText.Of(error)));
    }
}

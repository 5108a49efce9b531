using Microsoft.Extensions.Logging;

namespace Hutch.Tests.Services;

internal sealed record LogRecord(LogLevel Level, string Text, string? Scope, Exception? Error);

/// <summary>A logger that keeps its records.</summary>
internal sealed class ListLogger : ILogger
{
    private readonly List<LogRecord> _records = [];
    private readonly LoggerExternalScopeProvider _scopes = new();

    public IReadOnlyList<LogRecord> Records
    {
        get
        {
            lock (_records)
                return [.. _records];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _scopes.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var scopes = new List<string?>();
        _scopes.ForEachScope((scope, list) => list.Add(scope?.ToString()), scopes);
        lock (_records)
            _records.Add(new LogRecord(logLevel, formatter(state, exception), scopes.Count == 0 ? null : string.Join(' ', scopes), exception));
    }
}

using Microsoft.Extensions.Logging;

namespace Hutch.Services.Processes;

/// <summary>Sends log records to the parent process.</summary>
internal sealed class ParentLoggerProvider(ParentLink link) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ParentLogger(link);

    public void Dispose()
    {
    }

    private sealed class ParentLogger(ParentLink link) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            link.Send(new ControlMessage { Verb = ControlVerb.Log, Level = logLevel, Text = formatter(state, exception), Error = exception?.ToString() });
    }
}

using Microsoft.Extensions.Logging;

namespace Hutch.Hosting.Secrets;

/// <summary>Loggers that keep secrets out of log lines: a record that holds one goes on as masked text, every other as it is.</summary>
/// <param name="inner">Makes the loggers behind them.</param>
/// <param name="mask">Puts stars in place of secrets, see <see cref="SecretMask.Apply"/>.</param>
public sealed class MaskedLoggers(ILoggerFactory inner, Func<string, string> mask) : ILoggerFactory
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Masked(inner.CreateLogger(categoryName), mask);

    /// <inheritdoc/>
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc/>
    public void Dispose() => inner.Dispose();

    private sealed class Masked(ILogger inner, Func<string, string> mask) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var text = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
            var masked = mask(text);
            if (masked == text)
                inner.Log(logLevel, eventId, state, exception, formatter);
            else
                inner.Log(logLevel, eventId, masked, null, static (line, _) => line);
        }
    }
}

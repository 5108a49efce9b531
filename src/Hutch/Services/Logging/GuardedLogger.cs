using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutch.Services.Logging;

/// <summary>
/// A logger that never throws: a service must survive its logger, and what it logs about itself is logged where an exception
/// would end the process. Records that the logger did not take are counted, reported on standard error at the first one, and
/// logged when the logger works again.
/// </summary>
internal sealed class GuardedLogger : ILogger
{
    private readonly ILogger _inner;
    private long _lost;
    private long _reported;
    private int _hasFailed;

    private GuardedLogger(ILogger inner) => _inner = inner;

    /// <summary>Records that the logger did not take.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>The same logger, guarded; one that logs nowhere for null.</summary>
    public static ILogger Around(ILogger? logger) => logger switch
    {
        null => NullLogger.Instance,
        GuardedLogger or NullLogger => logger,
        _ => new GuardedLogger(logger),
    };

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        try
        {
            return _inner.BeginScope(state) is { } scope ? new GuardedScope(this, scope) : null;
        }
        catch (Exception error)
        {
            ReportOnce(error);
            return null;
        }
    }

    // A level that cannot be asked for is logged: then the record is either taken or counted.
    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return _inner.IsEnabled(logLevel);
        }
        catch (Exception error)
        {
            ReportOnce(error);
            return logLevel != LogLevel.None;
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            _inner.Log(logLevel, eventId, state, exception, formatter);
            if (Volatile.Read(ref _reported) is var reported && Lost is var lost && lost > reported
                && Interlocked.CompareExchange(ref _reported, lost, reported) == reported)
                _inner.LogWarning("{Count} log records were lost: this logger failed", lost - reported);
        }
        catch (Exception error)
        {
            Interlocked.Increment(ref _lost);
            ReportOnce(error);
        }
    }

    private void ReportOnce(Exception error)
    {
        if (Interlocked.Exchange(ref _hasFailed, 1) == 1)
            return;
        try
        {
            Console.Error.WriteLine($"hutch: a logger ({_inner.GetType()}) failed, and records that it does not take are lost: {ErrorText.Of(error)}");
        }
        catch (IOException)
        {
            // Nobody reads standard error either; the count remains.
        }
    }

    private sealed class GuardedScope(GuardedLogger logger, IDisposable scope) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                scope.Dispose();
            }
            catch (Exception error)
            {
                logger.ReportOnce(error);
            }
        }
    }
}

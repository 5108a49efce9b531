using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Hutch.Services.Logging;

/// <summary>
/// Sends log records to systemd's journal with fields of their own: <c>HUTCH_SERVICE</c>, <c>HUTCH_NODE</c>,
/// <c>HUTCH_CLUSTER</c>, so that <c>journalctl HUTCH_SERVICE=writer</c> finds a service's records.
/// </summary>
/// <param name="path">The journal's socket.</param>
public sealed class JournalLoggerProvider(string path = "/run/systemd/journal/socket") : ILoggerProvider, ISupportExternalScope
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
    private readonly UnixDomainSocketEndPoint _journal = new(path);
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();
    private long _lost;
    private long _told;

    /// <summary>Records that the journal did not take.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new JournalLogger(this, categoryName);

    /// <inheritdoc/>
    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Never waits: a journal that is stuck must not hold up the services. What it misses is counted, and told when it listens again.
    private void Send(JournalRecord record)
    {
        lock (_socket)
        {
            if (!TrySend(record))
            {
                _lost++;
            }
            else if (_lost > _told)
            {
                var notice = new JournalRecord();
                notice.Add("MESSAGE", $"{_lost - _told} log records were lost: the journal did not take them");
                notice.Add("PRIORITY", "4");
                notice.Add("SYSLOG_IDENTIFIER", "hutch");
                if (TrySend(notice))
                    _told = _lost;
            }
        }
    }

    private bool TrySend(JournalRecord record)
    {
        try
        {
            return _socket.SendTo(record.Bytes, _journal) == record.Bytes.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private sealed class JournalLogger(JournalLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => provider._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var record = new JournalRecord();
            record.Add("MESSAGE", exception is null ? formatter(state, exception) : $"{formatter(state, exception)}\n{exception}");
            record.Add("PRIORITY", Priority(logLevel));
            record.Add("SYSLOG_IDENTIFIER", "hutch");
            record.Add("HUTCH_CATEGORY", category);
            foreach (var (name, value) in ScopeFields.All(provider._scopes))
                record.Add($"HUTCH_{name}", value?.ToString() ?? "");
            provider.Send(record);
        }

        // syslog(3)
        private static string Priority(LogLevel level) => level switch
        {
            LogLevel.Critical => "2",
            LogLevel.Error => "3",
            LogLevel.Warning => "4",
            LogLevel.Information => "6",
            _ => "7",
        };
    }
}

using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Hutch.Store.Sqlite;

/// <summary>The connections that read, as many as read at once.</summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private volatile bool _disposed;

    /// <summary>Runs a read on the caller's thread. Reads never wait for the writer.</summary>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> read, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return Task.FromCanceled<T>(cancel);
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteSession? session = null;
        try
        {
            if (!_idle.TryTake(out session))
                session = new SqliteSession(path);
            var result = read(session);
            _idle.Add(session);
            return Task.FromResult(result);
        }
        catch (StoreException error)
        {
            _idle.Add(session!);
            return Task.FromException<T>(error);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            return Task.FromException<T>(SqliteErrors.Unavailable(path, error));
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var session))
            session.Dispose();
    }
}

using Microsoft.Data.Sqlite;

namespace Hutch.Store.Sqlite;

/// <summary>
/// Tells that a store's file has changed: at once for changes of this process, by looking at SQLite's
/// <c>data_version</c> for those of others. Looks only while a follower is registered.
/// </summary>
internal sealed class SqliteChanges(string path) : IAsyncDisposable
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _next = NewSource();
    private Task? _looking;

    /// <summary>A task that ends at the next change after this call.</summary>
    public Task Next()
    {
        lock (_gate)
        {
            _looking ??= StartLooking();
            return _next.Task;
        }
    }

    /// <summary>Says that this process has changed the file.</summary>
    public void Signal()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            changed = _next;
            _next = NewSource();
        }
        changed.SetResult();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_looking is { } looking)
            await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        Signal();
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The first look is made before Next returns: a change after that differs from it.
    private Task StartLooking()
    {
        SqliteSession? session = null;
        var seen = Look(ref session);
        return Task.Run(async () =>
        {
            try
            {
                while (true)
                {
                    await Task.Delay(LookInterval, _stop.Token).ConfigureAwait(false);
                    var present = Look(ref session);
                    if (present == seen)
                        continue;
                    seen = present;
                    Signal();
                }
            }
            finally
            {
                session?.Dispose();
            }
        });
    }

    // The version of a file that cannot be read is -1; the follower gets the error when it reads.
    private long Look(ref SqliteSession? session)
    {
        try
        {
            session ??= new SqliteSession(path);
            using var reader = session.Query("PRAGMA data_version");
            reader.Read();
            return reader.GetInt64(0);
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            session?.Dispose();
            session = null;
            return -1;
        }
    }
}

using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Hutch.Store.Sqlite;

/// <summary>
/// Makes all changes of one store, in the order in which they were asked for. Changes that wait together are committed
/// together, so that many writers cost little more than one.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestBatch = 256;
    private static readonly TimeSpan PurgeInterval = TimeSpan.FromSeconds(30);

    private readonly string _path;
    private readonly Action _committed;
    private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;
    private SqliteSession? _session;
    private long _purgedAt = long.MinValue;

    /// <param name="path">The store's file.</param>
    /// <param name="committed">Called after every commit.</param>
    public SqliteWriter(string path, Action committed)
    {
        _path = path;
        _committed = committed;
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Runs a change inside a transaction and returns its result when it is committed.</summary>
    /// <param name="change">Must check first and change afterwards: what it throws fails it alone, without a rollback.</param>
    /// <param name="cancel">Ends the wait, not the change.</param>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> change, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var work = new Change<T>(change);
        ObjectDisposedException.ThrowIf(!_changes.Writer.TryWrite(work), this);
        return work.Done.Task.WaitAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        _session?.Dispose();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Change>();
        while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _changes.Reader.TryRead(out var change))
                batch.Add(change);
            try
            {
                Commit(batch);
            }
            catch (Exception error)
            {
                Rollback();
                var away = SqliteErrors.Unavailable(_path, error);
                batch.ForEach(c => c.Fail(away));
                continue;
            }
            _committed();
            batch.ForEach(c => c.Complete());
        }
    }

    private void Commit(List<Change> batch)
    {
        _session ??= new SqliteSession(_path);
        _session.Execute("BEGIN IMMEDIATE");
        if (_purgedAt == long.MinValue || Environment.TickCount64 - _purgedAt > PurgeInterval.TotalMilliseconds)
        {
            _purgedAt = Environment.TickCount64;
            SqliteKeys.Purge(_session);
        }
        foreach (var change in batch)
            change.Run(_session);
        _session.Execute("COMMIT");
    }

    private void Rollback()
    {
        // A connection that failed may be in any state; the next change opens a new one, which also rolls back.
        _session?.Dispose();
        _session = null;
    }

    private abstract class Change
    {
        public abstract void Run(SqliteSession session);

        public abstract void Complete();

        public abstract void Fail(Exception error);
    }

    private sealed class Change<T>(Func<SqliteSession, T> change) : Change
    {
        private Exception? _refusal;
        private T _result = default!;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Run(SqliteSession session)
        {
            try
            {
                _result = change(session);
            }
            catch (Exception error) when (error is not SqliteException)
            {
                _refusal = error;
            }
        }

        public override void Complete()
        {
            if (_refusal is null)
                Done.SetResult(_result);
            else
                Done.SetException(_refusal);
        }

        public override void Fail(Exception error) => Done.SetException(error);
    }
}

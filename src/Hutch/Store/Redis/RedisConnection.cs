using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Hutch.Store.Redis;

/// <summary>
/// One multiplexed connection that is made at the first command and made again, with growing pauses, after a loss.
/// A command issued while the server is away waits for it up to <see cref="Patience"/>.
/// </summary>
internal sealed class RedisConnection(RedisAddress address, ILogger? logger) : IAsyncDisposable
{
    /// <summary>How long a command waits for the server; the client library's own default for one command.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly SemaphoreSlim _connecting = new(1);
    private ConnectionMultiplexer? _multiplexer;
    private bool _disposed;

    /// <param name="subject">The key the command is about, for messages.</param>
    /// <param name="repeatable">Whether the command may be sent again when the connection broke before its answer.</param>
    /// <param name="command">Sends the command.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<T> RunAsync<T>(string subject, bool repeatable, Func<IDatabase, Task<T>> command, CancellationToken cancel)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                var multiplexer = await ConnectAsync(cancel).ConfigureAwait(false);
                if (!multiplexer.IsConnected && Environment.TickCount64 < deadline)
                {
                    await Task.Delay(RetryPause, cancel).ConfigureAwait(false);
                    continue;
                }
                try
                {
                    return await command(multiplexer.GetDatabase(address.Database)).WaitAsync(Patience, cancel).ConfigureAwait(false);
                }
                finally
                {
                    // The library ends commands on the thread that reads its answers: who went on there and blocked for another answer
                    // would keep that from ever being read.
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }
            }
            catch (RedisServerException error)
            {
                // A server that has just been restarted reads its file first and refuses everything meanwhile.
                if (!error.Message.StartsWith("LOADING", StringComparison.Ordinal) || Environment.TickCount64 >= deadline)
                    throw Refused(subject, error);
            }
            catch (Exception error) when (error is RedisException or TimeoutException or System.Net.Sockets.SocketException)
            {
                if ((!repeatable && !WasNotSent(error)) || error is TimeoutException || Environment.TickCount64 >= deadline)
                    throw Away(error);
            }
            await Task.Delay(RetryPause, cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connecting.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        if (_multiplexer is { } multiplexer)
            await multiplexer.CloseAsync().ConfigureAwait(false);
        _connecting.Release();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _multiplexer) is { } made)
            return made;
        await _connecting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_multiplexer is null)
            {
                var multiplexer = await ConnectionMultiplexer.ConnectAsync(address.ToOptions()).ConfigureAwait(false);
                multiplexer.ConnectionFailed += (_, lost) =>
                    _logger.LogWarning("store {Store} is lost ({Failure}); reconnecting", address, lost.FailureType);
                multiplexer.ConnectionRestored += (_, _) => _logger.LogInformation("store {Store} is back", address);
                Volatile.Write(ref _multiplexer, multiplexer);
            }
            return _multiplexer;
        }
        finally
        {
            _connecting.Release();
        }
    }

    // The library gives no other sign of it; the failure type is that of an earlier loss.
    private static bool WasNotSent(Exception error) =>
        error is RedisConnectionException && error.Message.StartsWith("No connection is available", StringComparison.Ordinal);

    private StoreException Refused(string subject, RedisServerException error) => error.Message switch
    {
        var m when m.StartsWith("WRONGTYPE", StringComparison.Ordinal) =>
            new StoreException($"key {subject} in {address} holds another kind of value; delete it or use another key", error),
        var m when m.StartsWith("LOADING", StringComparison.Ordinal) =>
            new StoreUnavailableException($"store {address} is still loading its data; try again in a moment", error),
        _ => new StoreException($"store {address} refused an operation on {subject}: {error.Message}", error),
    };

    private StoreUnavailableException Away(Exception error) =>
        new($"store {address} does not answer ({error.GetType().Name}); is redis-server running there, and is the password right?", error);
}

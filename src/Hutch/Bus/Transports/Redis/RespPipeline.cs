namespace Hutch.Bus.Transports.Redis;

/// <summary>
/// A connection that many threads send commands on at once. Commands that come while a write is under way go out together
/// in the next one; replies are handed over in order, on the thread that reads.
/// </summary>
internal sealed class RespPipeline : IDisposable
{
    // How long a command may wait for another that it is sent with.
    private const int LatestMilliseconds = 2;

    private readonly RespConnection _connection;
    private readonly Lock _gate = new();
    private readonly Timer _latest;
    private readonly Queue<Action<RespReply>?> _waiting = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RespBuffer _filling = new();
    private RespBuffer _sending = new();
    private bool _writing;
    private bool _waitsForLatest;

    public RespPipeline(RespConnection connection)
    {
        _connection = connection;
        _latest = new Timer(_ => SendWaiting());
        _ = ReadAsync();
    }

    public Task<string> Lost => _lost.Task;

    /// <summary>The error that takes the place of replies which the lost connection owes.</summary>
    public static byte[] LostError { get; } = "LOST the connection was lost before the reply"u8.ToArray();

    /// <summary>Sends a command; the reply goes to <paramref name="onReply"/>, or nowhere.</summary>
    public void Post(Action<RespReply>? onReply, params ReadOnlySpan<RespArgument> words)
    {
        bool lost, begin = false;
        lock (_gate)
        {
            lost = _lost.Task.IsCompleted;
            if (!lost)
            {
                Append(onReply, words);
                begin = TakeWriting();
            }
        }
        if (begin)
            _ = WriteAsync();
        if (lost)
            onReply?.Invoke(RespReply.Error(LostError));
    }

    /// <summary>
    /// Sends commands, in this order, before the next that is posted, at the latest after 2 ms: nobody waits for them, and a write of
    /// their own would cost as much as what they go with. The replies go nowhere.
    /// </summary>
    public void PostSoon(params ReadOnlySpan<RespArgument[]> commands)
    {
        lock (_gate)
        {
            if (_lost.Task.IsCompleted)
                return;
            foreach (var words in commands)
                Append(null, words);
            // While something is written, what has come meanwhile is next anyway.
            if (_writing || _waitsForLatest)
                return;
            _waitsForLatest = true;
            _latest.Change(LatestMilliseconds, Timeout.Infinite);
        }
    }

    /// <summary>Sends what was posted to go soon, now.</summary>
    public void SendWaiting()
    {
        bool begin;
        lock (_gate)
        {
            _waitsForLatest = false;
            begin = !_filling.Written.IsEmpty && TakeWriting();
        }
        if (begin)
            _ = WriteAsync();
    }

    /// <summary>Sends a command and waits for the reply.</summary>
    /// <exception cref="RespException">Redis refused it.</exception>
    /// <exception cref="IOException">The connection was lost; whether the command was done is not known.</exception>
    public async Task<RespReply> AskAsync(params RespArgument[] words)
    {
        var answered = new TaskCompletionSource<RespReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(reply => answered.TrySetResult(reply), words);
        var reply = await answered.Task;
        return reply.Bytes == LostError ? throw new IOException(reply.Text) : reply.Checked();
    }

    public void Drop(string reason)
    {
        lock (_gate)
        {
            _lost.TrySetResult(reason);
            _latest.Dispose();
        }
        _connection.Dispose();
    }

    public void Dispose() => Drop("closed");

    private void Append(Action<RespReply>? onReply, ReadOnlySpan<RespArgument> words)
    {
        _filling.Add(words);
        _waiting.Enqueue(onReply);
    }

    // Whether it is now for the caller to write.
    private bool TakeWriting() => !_writing && (_writing = true);

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                lock (_gate)
                {
                    _sending.Clear();
                    if (_filling.Written.IsEmpty)
                    {
                        _writing = false;
                        return;
                    }
                    (_filling, _sending) = (_sending, _filling);
                }
                await _connection.WriteAsync(_sending.Written);
            }
        }
        catch (Exception error)
        {
            Drop(error.Message);
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var reply = await _connection.ReadAsync();
                Action<RespReply>? onReply;
                lock (_gate)
                    onReply = _waiting.Dequeue();
                onReply?.Invoke(reply);
            }
        }
        catch (Exception error)
        {
            Drop(error.Message);
        }
        Action<RespReply>?[] owed;
        lock (_gate)
        {
            owed = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var onReply in owed)
            onReply?.Invoke(RespReply.Error(LostError));
    }
}

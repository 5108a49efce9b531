using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Hutch.Beamline.Control;

namespace Hutch.Beamline.Placement;

/// <summary>What is said over one connection to <c>hutch node</c>: the part, then commands and their replies, several at a time.</summary>
internal sealed class NodeConversation(INodeConnection connection) : IDisposable
{
    private const long WatchId = 1;

    private readonly ConcurrentDictionary<long, TaskCompletionSource<ControlReply>> _asked = new();
    private readonly SemaphoreSlim _writing = new(1);
    private long _lastId = WatchId;

    /// <summary>Hands over the part and waits until its supervisor runs.</summary>
    /// <exception cref="UserErrorException">It was refused.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task BeginAsync(NodePart part, TimeSpan patience, CancellationToken cancel)
    {
        await WriteAsync(JsonSerializer.Serialize(part, NodeProtocol.Default.NodePart)).ConfigureAwait(false);
        Check((await NextAsync(patience, cancel).ConfigureAwait(false)).Reply);
    }

    /// <summary>Sends a command and reads what comes: its replies are returned, those to others go to who asked.</summary>
    /// <exception cref="IOException">The connection is lost, or nothing has come for too long.</exception>
    public async IAsyncEnumerable<ControlReply> ReadAsync(ControlRequest watch, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancel)
    {
        await WriteAsync(Line(WatchId, watch)).ConfigureAwait(false);
        while (true)
        {
            var (id, reply) = await NextAsync(silence, cancel).ConfigureAwait(false);
            if (id == WatchId)
                yield return Check(reply);
            else if (_asked.TryRemove(id, out var asked))
                Answer(asked, reply);
        }
    }

    /// <summary>Sends a command.</summary>
    /// <returns>Its first reply.</returns>
    /// <exception cref="UserErrorException">It failed.</exception>
    /// <exception cref="IOException">The connection is lost.</exception>
    public async Task<ControlReply> AskAsync(ControlRequest request)
    {
        var (id, asked) = (Interlocked.Increment(ref _lastId), new TaskCompletionSource<ControlReply>(TaskCreationOptions.RunContinuationsAsynchronously));
        _asked[id] = asked;
        await WriteAsync(Line(id, request)).ConfigureAwait(false);
        return await asked.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var asked in _asked.Values)
            asked.TrySetException(new IOException(connection.Ending ?? "the connection was lost"));
        _writing.Dispose();
    }

    private async Task<(long Id, ControlReply? Reply)> NextAsync(TimeSpan patience, CancellationToken cancel)
    {
        var reading = connection.Output.ReadLineAsync(CancellationToken.None).AsTask();
        if (await Task.WhenAny(reading, Task.Delay(patience, cancel)).ConfigureAwait(false) != reading)
        {
            _ = reading.ContinueWith(static left => _ = left.Exception, TaskScheduler.Default);   // it ends with the connection
            cancel.ThrowIfCancellationRequested();
            throw new IOException($"no message for {patience.TotalSeconds:0.#} s");
        }
        if (await reading.ConfigureAwait(false) is not { } line)
            throw new IOException(connection.Ending ?? "the connection was closed");
        var message = JsonSerializer.Deserialize(line, NodeProtocol.Default.NodeReply)!;
        return (message.Id, message.Reply);
    }

    private async Task WriteAsync(string line)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await connection.Input.WriteLineAsync(line).ConfigureAwait(false);
            await connection.Input.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static string Line(long id, ControlRequest request) => JsonSerializer.Serialize(new NodeRequest(id, request), NodeProtocol.Default.NodeRequest);

    private static void Answer(TaskCompletionSource<ControlReply> asked, ControlReply? reply)
    {
        if (reply is null)
            asked.TrySetException(new IOException("it ended without an answer"));
        else if (reply.Error is { } error)
            asked.TrySetException(new UserErrorException(error));
        else
            asked.TrySetResult(reply);
    }

    private static ControlReply Check(ControlReply? reply) => reply switch
    {
        null => throw new IOException("the supervisor there has ended"),
        { Error: { } error } => throw new UserErrorException(error),
        _ => reply,
    };
}

using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;

namespace Hutch.Services.Processes;

/// <summary>One end of the socket between a parent and its child.</summary>
internal sealed class ControlChannel : IDisposable
{
    /// <summary>Far more than a log record or a configuration needs; a longer message means that the peer talks nonsense.</summary>
    private const int LongestMessage = 16 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly BufferedStream _incoming;
    private readonly Lock _sending = new();

    public ControlChannel(int descriptor)
    {
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        _stream = new NetworkStream(_socket, ownsSocket: true);
        _incoming = new BufferedStream(_stream);   // a message with its length is one read
    }

    /// <summary>The longest time that a peer may let us wait before it takes what is sent; none by default.</summary>
    public TimeSpan SendTimeout
    {
        init => _socket.SendTimeout = (int)value.TotalMilliseconds;
    }

    /// <summary>Sends a message if the peer reads; never waits.</summary>
    /// <exception cref="IOException">The peer is gone.</exception>
    public bool TrySend(ControlMessage message)
    {
        if (!_socket.Poll(0, SelectMode.SelectWrite))
            return false;
        Send(message);
        return true;
    }

    /// <exception cref="IOException">The peer is gone, or does not read.</exception>
    public void Send(ControlMessage message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, ControlJson.Default.ControlMessage);
        var bytes = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, body.Length);
        body.CopyTo(bytes, 4);
        lock (_sending)
            _stream.Write(bytes);
    }

    /// <summary>The next message, or null when the peer is gone.</summary>
    /// <exception cref="InvalidDataException">The peer talks nonsense.</exception>
    public ValueTask<ControlMessage?> ReceiveAsync() => Receive(bytes => _incoming.ReadExactlyAsync(bytes));

    /// <summary>The next message, or null when the peer is gone. The thread sleeps until it comes.</summary>
    /// <inheritdoc cref="ReceiveAsync"/>
    public ControlMessage? Receive() => Receive(bytes =>
    {
        _incoming.ReadExactly(bytes);
        return ValueTask.CompletedTask;
    }).AsTask().GetAwaiter().GetResult();

    private static async ValueTask<ControlMessage?> Receive(Func<byte[], ValueTask> fill)
    {
        try
        {
            var length = new byte[4];
            await fill(length);
            var count = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (count is <= 0 or > LongestMessage)
                throw new InvalidDataException($"control channel: a message of {count} bytes was announced; 1 to {LongestMessage} are allowed");
            var body = new byte[count];
            await fill(body);
            return JsonSerializer.Deserialize(body, ControlJson.Default.ControlMessage);
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"control channel: {error.Message}", error);
        }
        catch (Exception error) when (error is EndOfStreamException or IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    public void Dispose() => _stream.Dispose();
}

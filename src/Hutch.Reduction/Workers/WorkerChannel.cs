using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutch.Reduction.Workers;

/// <summary>One end of the socket between the daemon and a worker: a length (u32, little-endian), then JSON.</summary>
internal sealed class WorkerChannel : IDisposable
{
    /// <summary>Far more than a script's source and the description of its outputs; a longer one means that the peer talks nonsense.</summary>
    private const int LongestMessage = 64 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // A log may have no number, or an infinite one: "NaN" and the like as texts.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Socket _socket;

    public WorkerChannel(int descriptor) => _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));

    /// <exception cref="IOException">The peer is gone.</exception>
    public void Send<T>(T message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, Json);
        var bytes = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, body.Length);
        body.CopyTo(bytes, 4);
        try
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += _socket.Send(bytes.AsSpan(sent));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException("the peer has disconnected", error);
        }
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>False if none came in time.</returns>
    public bool Wait(TimeSpan timeout)
    {
        try
        {
            return _socket.Poll(timeout, SelectMode.SelectRead);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return true;    // the receive says what it is
        }
    }

    /// <summary>Receives a message.</summary>
    /// <returns>Null if the peer is gone.</returns>
    /// <exception cref="InvalidDataException">The peer talks nonsense.</exception>
    public T? Receive<T>()
        where T : class
    {
        Span<byte> length = stackalloc byte[4];
        if (!Fill(length))
            return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count is <= 0 or > LongestMessage)
            throw new InvalidDataException($"a message of {count} bytes was announced; 1 to {LongestMessage} are allowed");
        var body = new byte[count];
        try
        {
            return Fill(body) ? JsonSerializer.Deserialize<T>(body, Json) : null;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool Fill(Span<byte> buffer)
    {
        try
        {
            while (buffer.Length > 0)
            {
                var count = _socket.Receive(buffer);
                if (count == 0)
                    return false;
                buffer = buffer[count..];
            }
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}

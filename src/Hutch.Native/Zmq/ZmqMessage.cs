using System.Runtime.InteropServices;

namespace Hutch.Native.Zmq;

/// <summary>
/// A message that lives in memory of libzmq: its length is known before its bytes are looked at, and sending it copies nothing.
/// For one thread.
/// </summary>
public sealed unsafe class ZmqMessage : IDisposable
{
    private const nuint StructBytes = 64;   // zmq_msg_t of zmq.h

    private void* _message;

    /// <summary>Makes an empty message.</summary>
    public ZmqMessage()
    {
        _message = NativeMemory.AlignedAlloc(StructBytes, 64);
        _ = ZmqCalls.zmq_msg_init(_message);
    }

    /// <summary>Bytes.</summary>
    public long Length => (long)ZmqCalls.zmq_msg_size(Handle);

    /// <summary>The first byte; valid until the message is sent, received into, allocated again or disposed of.</summary>
    public byte* Data => (byte*)ZmqCalls.zmq_msg_data(Handle);

    /// <summary>The bytes, at most 2 GiB of them.</summary>
    public Span<byte> Span => new(Data, checked((int)Length));

    internal void* Handle => _message is not null ? _message : throw new ObjectDisposedException(nameof(ZmqMessage));

    /// <summary>Drops the content, and makes room for so many bytes, which are undefined.</summary>
    /// <exception cref="ZmqException">There is no memory.</exception>
    public void Allocate(long bytes)
    {
        _ = ZmqCalls.zmq_msg_close(Handle);
        if (ZmqCalls.zmq_msg_init_size(Handle, (nuint)bytes) == 0)
            return;
        var error = ZmqException.Last($"a message of {bytes} bytes");
        _ = ZmqCalls.zmq_msg_init(Handle);
        throw error;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        if (_message is null)
            return;
        _ = ZmqCalls.zmq_msg_close(_message);
        NativeMemory.AlignedFree(_message);
        _message = null;
    }
}

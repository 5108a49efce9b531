using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Hutch.Native.Sockets;

/// <summary>
/// Places for a batch of datagrams, each in three parts: a header in memory of the batch, a payload wherever the caller points
/// it, so that the kernel puts pixels straight where they belong, and padding that nobody reads. Allocated once, outside the
/// managed heap.
/// </summary>
public sealed unsafe class DatagramBatch : IDisposable
{
    private const int Parts = 3;

    // A struct cmsghdr (16 bytes) and a struct timespec, with room for one more message.
    internal const int ControlBytes = 64;

    private const int MostVectors = 1024;   // UIO_MAXIOV

    private readonly byte* _headers;
    private readonly byte* _padding;
    private readonly IoVector* _vectors;
    private readonly SocketAddress* _addresses;
    private byte* _controls;
    private bool _disposed;

    /// <summary>Makes a batch.</summary>
    /// <param name="capacity">Datagrams.</param>
    /// <param name="headerBytes">The size of the first part of each.</param>
    /// <param name="padBytes">The most that may follow the payload.</param>
    public DatagramBatch(int capacity, int headerBytes, int padBytes = 0)
    {
        Capacity = capacity;
        HeaderBytes = headerBytes;
        // Headers start on cache lines of their own.
        HeaderStride = (headerBytes + 63) & ~63;
        _headers = (byte*)NativeMemory.AlignedAlloc((nuint)(capacity * HeaderStride), 64);
        _padding = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(padBytes, 1));
        _vectors = (IoVector*)NativeMemory.AllocZeroed((nuint)(Parts * capacity), (nuint)sizeof(IoVector));
        _addresses = (SocketAddress*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(SocketAddress));
        Messages = (MultiMessage*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(MultiMessage));
        for (var i = 0; i < capacity; i++)
        {
            _vectors[Parts * i] = new IoVector { Base = _headers + (i * HeaderStride), Length = (nuint)headerBytes };
            _vectors[(Parts * i) + 2] = new IoVector { Base = _padding, Length = (nuint)padBytes };
            Messages[i].Vectors = _vectors + (Parts * i);
            Messages[i].VectorCount = padBytes > 0 ? 3u : 2u;
        }
    }

    /// <summary>Datagrams.</summary>
    public int Capacity { get; }

    /// <summary>Bytes of the first part of a datagram.</summary>
    public int HeaderBytes { get; }

    internal MultiMessage* Messages { get; }

    private int HeaderStride { get; }

    /// <summary>The header of datagram <paramref name="index"/>.</summary>
    public byte* Header(int index) => _headers + (index * HeaderStride);

    /// <summary>The payload's place of datagram <paramref name="index"/>.</summary>
    public byte* Payload(int index) => _vectors[(Parts * index) + 1].Base;

    /// <summary>Says where the payload of datagram <paramref name="index"/> goes to or comes from.</summary>
    public void SetPayload(int index, byte* place, int length)
    {
        ref var vector = ref _vectors[(Parts * index) + 1];
        vector.Base = place;
        vector.Length = (nuint)length;
    }

    /// <summary>Says how many bytes of padding are sent after the payload of datagram <paramref name="index"/>.</summary>
    public void SetPadding(int index, int length) => _vectors[(Parts * index) + 2].Length = (nuint)length;

    /// <summary>Says where datagram <paramref name="index"/> is sent.</summary>
    public void SetDestination(int index, IPEndPoint destination)
    {
        _addresses[index] = UdpSocket.ToNative(destination);
        Messages[index].Name = _addresses + index;
        Messages[index].NameLength = (uint)sizeof(SocketAddress);
    }

    /// <summary>The bytes that arrived, header included, or -1 if the datagram was longer than its place.</summary>
    public int ReceivedBytes(int index) =>
        (Messages[index].Flags & SocketCalls.MSG_TRUNC) != 0 ? -1 : (int)Messages[index].Length;

    /// <summary>Makes every receive keep where a datagram came from and when, see <see cref="Origin"/>.</summary>
    public void KeepOrigins() => _controls = (byte*)NativeMemory.AllocZeroed((nuint)Capacity, ControlBytes);

    /// <summary>Where datagram <paramref name="index"/> came from, and when the kernel got it (the time is 0 if the socket does not tell).</summary>
    public DatagramOrigin Origin(int index)
    {
        var address = _addresses[index];
        // struct cmsghdr: u64 length, i32 level, i32 type; then seconds and nanoseconds, 64 bits each.
        var control = _controls + (index * ControlBytes);
        var hasTime = Messages[index].ControlLength >= 32 && *(int*)(control + 8) == SocketCalls.SOL_SOCKET && *(int*)(control + 12) == SocketCalls.SO_TIMESTAMPNS;
        var time = hasTime ? (*(long*)(control + 16) * 1_000_000_000) + *(long*)(control + 24) : 0;
        return new DatagramOrigin(address.Address, BinaryPrimitives.ReverseEndianness(address.Port), time);
    }

    /// <summary>
    /// A message that takes a whole train of datagrams of equal size into the places from <paramref name="from"/> on (see udp(7), UDP_GRO): the kernel
    /// fills header, payload and padding of one place after the other, as if it were a single datagram.
    /// </summary>
    internal void PrepareTrain(MultiMessage* message, int from, int count, byte* control)
    {
        *message = default;
        message->Vectors = _vectors + (Parts * from);
        message->VectorCount = (nuint)(Parts * Math.Min(count, MostVectors / Parts));
        message->Control = control;
        message->ControlLength = ControlBytes;
    }

    /// <summary>Takes apart what <see cref="PrepareTrain"/> received.</summary>
    /// <returns>How many datagrams it was.</returns>
    internal int NoteTrain(MultiMessage* message, int from, int bytes)
    {
        // struct cmsghdr, then an int: the size of every datagram but the last, which may be smaller. Without it there is only one.
        var control = (byte*)message->Control;
        var isTrain = message->ControlLength >= 20 && *(int*)(control + 8) == SocketCalls.SOL_UDP && *(int*)(control + 12) == SocketCalls.UDP_GRO;
        var size = isTrain ? Math.Max(1, *(int*)(control + 16)) : bytes;
        var count = Math.Clamp((bytes + size - 1) / Math.Max(size, 1), 1, Capacity - from);
        // Datagrams of another size than a place's were cut in the wrong places; none of them is of any use.
        var fits = count == 1 || size == PlaceBytes(from);
        for (var i = 0; i < count; i++)
        {
            Messages[from + i].Length = fits ? (uint)Math.Min(size, bytes - (i * size)) : 0;
            Messages[from + i].Flags = message->Flags;
        }
        return count;
    }

    /// <summary>The size of the datagram that a place is for.</summary>
    internal int PlaceBytes(int index)
    {
        var place = _vectors + (Parts * index);
        return (int)(place[0].Length + place[1].Length + place[2].Length);
    }

    internal void PrepareOrigins(int count)
    {
        if (_controls is null)
            return;
        // The kernel leaves the lengths of what it wrote in here.
        for (var i = 0; i < count; i++)
        {
            Messages[i].Name = _addresses + i;
            Messages[i].NameLength = (uint)sizeof(SocketAddress);
            Messages[i].Control = _controls + (i * ControlBytes);
            Messages[i].ControlLength = ControlBytes;
        }
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        NativeMemory.AlignedFree(_headers);
        NativeMemory.Free(_padding);
        NativeMemory.Free(_vectors);
        NativeMemory.Free(_addresses);
        NativeMemory.Free(Messages);
        NativeMemory.Free(_controls);
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hutch.Epics.Tests.Serving;

/// <summary>A client that says on the socket whatever a test wants.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp = new();

    public RawClient(int port)
    {
        _tcp.Connect(IPAddress.Loopback, port);
        Stream.ReadTimeout = 30_000;
    }

    public NetworkStream Stream => _tcp.GetStream();

    /// <summary>A message with a short header; its payload is brought to a multiple of 8.</summary>
    public static byte[] Message(ushort command, ushort type, ushort count, uint one, uint two, byte[]? payload = null)
    {
        payload ??= [];
        var message = new byte[16 + (payload.Length + 7) / 8 * 8];
        BinaryPrimitives.WriteUInt16BigEndian(message, command);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(message.Length - 16));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), count);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), one);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), two);
        payload.CopyTo(message, 16);
        return message;
    }

    /// <summary>What a client says in a usual session, message by message; the channels get the numbers 1 and 2.</summary>
    public static IReadOnlyList<byte[]> Session() =>
    [
        Message(0, 0, 13, 0, 0),
        Message(20, 0, 0, 0, 0, Name("user")),
        Message(21, 0, 0, 0, 0, Name("host")),
        Message(18, 0, 0, 7, 13, Name("t:double")),
        Message(18, 0, 0, 8, 13, Name("t:array")),
        Message(15, 20, 1, 1, 100),
        Message(15, 34, 0, 1, 101),
        Message(15, 14 + 6, 0, 2, 102),
        Message(1, 20, 0, 1, 200, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0]),
        Message(4, 6, 1, 1, 103, [0x40, 0x24, 0, 0, 0, 0, 0, 0]),
        Message(19, 0, 1, 1, 104, Name("12.5")),
        Message(19, 6, 2, 2, 105, new byte[16]),
        Message(8, 0, 0, 0, 0),
        Message(9, 0, 0, 0, 0),
        Message(2, 20, 0, 1, 200),
        Message(6, 10, 13, 5, 5, Name("t:double")),
        Message(23, 0, 0, 0, 0),
        Message(12, 0, 0, 1, 7),
    ];

    public void Send(ReadOnlySpan<byte> bytes) => Stream.Write(bytes);

    public void Dispose() => _tcp.Dispose();

    private static byte[] Name(string name) => Encoding.ASCII.GetBytes(name + "\0");
}

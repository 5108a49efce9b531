using System.Diagnostics;
using Hutch.Native.Zmq;

namespace Hutch.Bench.Detectors;

/// <summary>A bare pair of libzmq that sends and receives as many bytes over TCP on loopback: a PUSH and a PULL, from buffer to buffer.</summary>
internal static class BarePair
{
    internal delegate Span<byte> Image(ulong index);

    internal static TimeSpan Send(int images, int bytes, int inFlight, Image image)
    {
        using var pull = new ZmqSocket(ZmqSocketType.Pull, inFlight);
        pull.Bind("tcp://127.0.0.1:*");
        pull.ReceiveTimeout = TimeSpan.FromSeconds(10);
        using var push = new ZmqSocket(ZmqSocketType.Push, inFlight);
        push.Connect(pull.LastEndpoint);
        var buffer = new byte[bytes];
        var sender = new Thread(() =>
        {
            for (var i = 0; i < images; i++)
                _ = push.TrySend(image((ulong)i));
        });
        var started = Stopwatch.GetTimestamp();
        sender.Start();
        for (var i = 0; i < images; i++)
        {
            if (!pull.TryReceive(buffer, out var length) || length != bytes)
                throw new InvalidOperationException("the bare pair lost an image");
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        sender.Join();
        return elapsed;
    }
}

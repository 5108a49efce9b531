using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Simulation;
using Hutch.Native.Sockets;

namespace Hutch.Bench.Detectors;

/// <summary>Sends whole frames of a detector at a rate, on a thread of its own that waits by looking at the clock.</summary>
internal sealed unsafe class LiveSender : IDisposable
{
    private readonly DaqConfiguration _configuration;
    private readonly PacketLayout _layout;
    private readonly UdpSocket _socket = UdpSocket.ForSending(8 << 20);
    private readonly DatagramBatch _packets;
    private readonly byte* _frame;
    private readonly int _train;

    internal LiveSender(DaqConfiguration configuration, bool trains)
    {
        _configuration = configuration;
        _layout = configuration.Kind.Layout(configuration);
        _packets = new DatagramBatch(_layout.PacketsPerFrame, _layout.HeaderBytes);
        _train = trains ? 65_507 / _layout.Datagram(0) : 1;
        _frame = (byte*)NativeMemory.AlignedAlloc((nuint)_layout.FrameBytes, 64);
        new FrameEncoder(configuration, 0, new TestPattern()).Encode(1, new Span<byte>(_frame, (int)_layout.FrameBytes));
    }

    /// <summary>Sends for a while.</summary>
    /// <param name="port">Where to, on this machine.</param>
    /// <param name="rate">Packets a second.</param>
    /// <param name="duration">How long.</param>
    /// <param name="imageId">The first image's id; afterwards that of the next.</param>
    /// <returns>Packets sent, the time that took, and the processor time of it.</returns>
    internal (long Packets, TimeSpan Elapsed, TimeSpan Processor) Send(int port, double rate, TimeSpan duration, ref ulong imageId)
    {
        for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            _packets.SetDestination(packet, new IPEndPoint(IPAddress.Loopback, port));
        var (sent, started, processor) = (0L, Stopwatch.GetTimestamp(), ThreadTime.Now);
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            {
                _configuration.Kind.WriteHeader(_packets.Header(packet), _configuration, _layout, 0, imageId, packet);
                _packets.SetPayload(packet, _frame + _layout.Offset(packet), _layout.DataBytes);
            }
            imageId++;
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet += _train)
            {
                var count = Math.Min(_train, _layout.PacketsPerFrame - packet);
                while (Stopwatch.GetElapsedTime(started).TotalSeconds * rate < sent)
                    Thread.SpinWait(10);
                _socket.SendTrain(_packets, packet, count);
                sent += count;
            }
        }
        return (sent, Stopwatch.GetElapsedTime(started), ThreadTime.Now - processor);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_frame);
        _packets.Dispose();
        _socket.Dispose();
    }
}

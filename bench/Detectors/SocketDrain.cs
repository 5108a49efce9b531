using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Receiving;
using Hutch.Detectors.Simulation;
using Hutch.Native.Sockets;
using Hutch.Streams;

namespace Hutch.Bench.Detectors;

/// <summary>
/// A socket whose buffer is filled with the packets of whole Jungfrau frames and then drained, so that only the receiving side
/// is timed: by our receiver's frame builder, or by a bare recvmmsg loop that throws the packets away.
/// </summary>
internal sealed unsafe class SocketDrain : IFrameSink, IDisposable
{
    private const int Frames = 24;
    private const int Slots = 100;
    private const int BareBatch = 64;

    private readonly DaqConfiguration _configuration = ExampleConfigurations.Create("jungfrau", 1) with { DetectorName = $"bench-{Environment.ProcessId}" };
    private readonly PacketLayout _layout;
    private readonly UdpSocket _receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 256 << 20, TimeSpan.FromMilliseconds(200));
    private readonly UdpSocket _sender = UdpSocket.ForSending(8 << 20);
    private readonly Ring _ring;
    private readonly DatagramBatch _out;
    private readonly DatagramBatch _in;
    private readonly DatagramBatch _bare;
    private readonly FrameBuilder _builder;
    private readonly byte* _frame;
    private readonly byte* _target;
    private ulong _imageId = 1;

    internal SocketDrain()
    {
        _layout = _configuration.Kind.Layout(_configuration);
        _ring = Ring.ForProducer(_configuration.DetectorName, _layout.SlotBytes, Slots);
        _builder = new FrameBuilder(_configuration, 0, ownModuleOnly: false, _ring, Counters, this);
        _in = new DatagramBatch(_builder.Capacity, _layout.HeaderBytes);
        _out = new DatagramBatch(_layout.PacketsPerFrame, _layout.HeaderBytes);
        _bare = new DatagramBatch(BareBatch, _layout.HeaderBytes);
        _frame = (byte*)NativeMemory.AlignedAlloc((nuint)_layout.FrameBytes, 64);
        _target = (byte*)NativeMemory.AlignedAlloc((nuint)(_layout.FrameBytes * Slots), 64);
        new FrameEncoder(_configuration, 0, new TestPattern()).Encode(1, new Span<byte>(_frame, (int)_layout.FrameBytes));
        for (var i = 0; i < _layout.PacketsPerFrame; i++)
            _out.SetDestination(i, new IPEndPoint(IPAddress.Loopback, _receiver.Port));
        for (var i = 0; i < BareBatch; i++)
            _bare.SetPayload(i, _target + (i * _layout.DataBytes), _layout.DataBytes);
    }

    internal ReceiverCounters Counters { get; } = new();

    internal static long Packets => Frames * 128;

    internal long Bytes => Frames * _layout.FrameBytes;

    /// <summary>Drains with our receiver's frame builder.</summary>
    internal TimeSpan Ours()
    {
        Fill();
        var before = Counters.CompleteFrames;
        var started = Stopwatch.GetTimestamp();
        for (var left = Packets; left > 0;)
        {
            var received = Received(_receiver.Receive(_in, _builder.Prepare(_in)));
            _builder.Accept(_in, received);
            left -= received;
        }
        var elapsed = Stopwatch.GetElapsedTime(started);
        return Counters.CompleteFrames - before == Frames ? elapsed : throw new InvalidOperationException("not every frame was complete");
    }

    /// <summary>Drains with a loop that only calls recvmmsg.</summary>
    internal TimeSpan Bare()
    {
        Fill();
        var started = Stopwatch.GetTimestamp();
        for (var left = Packets; left > 0;)
            left -= Received(_receiver.Receive(_bare, BareBatch));
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Copies as many bytes in memory, packet by packet.</summary>
    internal TimeSpan Copy()
    {
        var started = Stopwatch.GetTimestamp();
        for (var frame = 0; frame < Frames; frame++)
        {
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            {
                var at = (nint)packet * _layout.DataBytes;
                Buffer.MemoryCopy(_frame + at, _target + (frame * _layout.FrameBytes) + at, _layout.DataBytes, _layout.DataBytes);
            }
        }
        return Stopwatch.GetElapsedTime(started);
    }

    void IFrameSink.OnFrame(ref FrameMetadata frame)
    {
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_frame);
        NativeMemory.AlignedFree(_target);
        _in.Dispose();
        _out.Dispose();
        _bare.Dispose();
        _ring.Dispose();
        _receiver.Dispose();
        _sender.Dispose();
    }

    private int Received(int count) => count > 0
        ? count
        : throw new InvalidOperationException($"packets are missing: the kernel dropped {_receiver.KernelDrops}; this takes a socket buffer of 256 MiB, so run as root");

    private void Fill()
    {
        for (var frame = 0; frame < Frames; frame++, _imageId++)
        {
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            {
                _configuration.Kind.WriteHeader(_out.Header(packet), _configuration, _layout, 0, _imageId, packet);
                _out.SetPayload(packet, _frame + _layout.Offset(packet), _layout.DataBytes);
            }
            _sender.Send(_out, _layout.PacketsPerFrame);
        }
    }
}

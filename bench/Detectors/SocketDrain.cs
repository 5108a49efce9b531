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
/// Sockets whose buffers are filled with the packets of whole frames and then drained, so that only the receiving side is timed: by our receiver's
/// packet reader and frame builder, or by a bare recvmmsg loop in C. Each side has a ring of the same size, touched before.
/// </summary>
internal sealed unsafe class SocketDrain : IFrameSink, IDisposable
{
    private const long RingBytes = 100L << 20;
    private const long FilledBytes = 24L << 20;

    private readonly DaqConfiguration _configuration;
    private readonly PacketLayout _layout;
    private readonly int _frames;
    private readonly int _train;
    private readonly UdpSocket _receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 256 << 20, TimeSpan.FromMilliseconds(200));
    private readonly UdpSocket _bareReceiver = UdpSocket.Bind(IPAddress.Loopback, 0, 256 << 20, TimeSpan.FromMilliseconds(200));
    private readonly UdpSocket _sender = UdpSocket.ForSending(8 << 20);
    private readonly Ring _ring;
    private readonly DatagramBatch _out;
    private readonly DatagramBatch _in;
    private readonly FrameBuilder _builder;
    private readonly PacketReader _reader;
    private readonly byte* _frame;
    private readonly byte* _bareRing;
    private ulong _imageId = 1;

    /// <summary>Makes the sockets and the rings.</summary>
    /// <param name="detector">An example detector.</param>
    /// <param name="trains">Whether packets are sent in trains.</param>
    /// <param name="number">Of several in this process.</param>
    internal SocketDrain(string detector, bool trains, int number = 0)
    {
        _configuration = ExampleConfigurations.Create(detector, 1) with { DetectorName = $"bench-{Environment.ProcessId}-{number}" };
        _layout = _configuration.Kind.Layout(_configuration);
        _frames = (int)(FilledBytes / _layout.FrameBytes);
        _train = trains ? 65_507 / _layout.Datagram(0) : 1;
        _ring = Ring.ForProducer(_configuration.DetectorName, _layout.SlotBytes, (int)(RingBytes / _layout.SlotBytes));
        _builder = new FrameBuilder(_configuration, 0, ownModuleOnly: false, _ring, Counters, this);
        _in = new DatagramBatch(_builder.Capacity, _layout.HeaderBytes);
        _reader = new PacketReader(_receiver, _builder, _in);
        _out = new DatagramBatch(_layout.PacketsPerFrame, _layout.HeaderBytes);
        _frame = (byte*)NativeMemory.AlignedAlloc((nuint)_layout.FrameBytes, 64);
        _bareRing = (byte*)NativeMemory.AlignedAlloc((nuint)RingBytes, 4096);
        NativeMemory.Fill(_bareRing, (nuint)RingBytes, 1);
        new FrameEncoder(_configuration, 0, new TestPattern()).Encode(1, new Span<byte>(_frame, (int)_layout.FrameBytes));
    }

    internal ReceiverCounters Counters { get; } = new();

    internal long Packets => _frames * _layout.PacketsPerFrame;

    internal long Bytes => _frames * _layout.FrameBytes;

    /// <summary>Fills the socket of our receiver.</summary>
    internal void Fill() => Fill(_receiver);

    /// <summary>Drains with our receiver what <see cref="Fill()"/> sent; the processor time of it.</summary>
    internal TimeSpan Ours(out long allocated)
    {
        var before = Counters.CompleteFrames;
        allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = ThreadTime.Now;
        for (var left = Packets; left > 0;)
            left -= Received(_reader.Read(out _), _receiver);
        var elapsed = ThreadTime.Now - started;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return Counters.CompleteFrames - before == _frames ? elapsed : throw new InvalidOperationException("not every frame was complete");
    }

    /// <summary>Drains with a loop in C that only calls recvmmsg.</summary>
    internal TimeSpan Bare()
    {
        Fill(_bareReceiver);
        var receive = (delegate* unmanaged<int, byte*, long, int, int, long, long>)BareLoops.Find("receive_packets");
        var started = ThreadTime.Now;
        var received = receive(_bareReceiver.Descriptor, _bareRing, RingBytes, _layout.HeaderBytes, _layout.DataBytes, Packets);
        var elapsed = ThreadTime.Now - started;
        Received(received == Packets ? 1 : 0, _bareReceiver);
        return elapsed;
    }

    /// <summary>Copies as many bytes in memory, packet by packet.</summary>
    internal TimeSpan Copy()
    {
        var started = ThreadTime.Now;
        for (var frame = 0; frame < _frames; frame++)
        {
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            {
                var at = (nint)packet * _layout.DataBytes;
                Buffer.MemoryCopy(_frame + at, _bareRing + (frame * _layout.FrameBytes) + at, _layout.DataBytes, _layout.DataBytes);
            }
        }
        return ThreadTime.Now - started;
    }

    void IFrameSink.OnFrame(ref FrameMetadata frame)
    {
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_frame);
        NativeMemory.AlignedFree(_bareRing);
        _in.Dispose();
        _out.Dispose();
        _ring.Dispose();
        _receiver.Dispose();
        _bareReceiver.Dispose();
        _sender.Dispose();
    }

    private static int Received(int count, UdpSocket socket) => count > 0
        ? count
        : throw new InvalidOperationException($"packets are missing: the kernel dropped {socket.KernelDrops}; this takes a socket buffer of 256 MiB, so run as root");

    private void Fill(UdpSocket receiver)
    {
        for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            _out.SetDestination(packet, new IPEndPoint(IPAddress.Loopback, receiver.Port));
        for (var frame = 0; frame < _frames; frame++, _imageId++)
        {
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet++)
            {
                _configuration.Kind.WriteHeader(_out.Header(packet), _configuration, _layout, 0, _imageId, packet);
                _out.SetPayload(packet, _frame + _layout.Offset(packet), _layout.DataBytes);
            }
            for (var packet = 0; packet < _layout.PacketsPerFrame; packet += _train)
                _sender.SendTrain(_out, packet, Math.Min(_train, _layout.PacketsPerFrame - packet));
        }
    }
}

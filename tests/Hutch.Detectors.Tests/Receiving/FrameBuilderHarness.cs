using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Detectors.Receiving;
using Hutch.Native.Sockets;
using Hutch.Streams;

namespace Hutch.Detectors.Tests.Receiving;

/// <summary>
/// A frame builder behind a real socket: datagrams go through the kernel's recvmmsg into the ring, and every frame is compared
/// with what its packets held at the moment it is passed on.
/// </summary>
internal sealed unsafe class FrameBuilderHarness : IFrameSink, IDisposable
{
    internal const int Module = 1;
    private const byte Untouched = 0xEE;

    private readonly DaqConfiguration _configuration;
    private readonly UdpSocket _receiver;
    private readonly UdpSocket _sender = UdpSocket.ForSending(8 << 20);
    private readonly Ring _ring;
    private readonly DatagramBatch _batch;
    private readonly DatagramBatch _out;
    private readonly DatagramBatch _train;
    private readonly byte* _trainPayloads;
    private readonly byte[] _payload;
    private readonly HashSet<int> _touchedSlots = [];
    private long _sent;

    internal FrameBuilderHarness(DaqConfiguration configuration, int slots = 5, bool ownModuleOnly = true)
    {
        _configuration = configuration;
        Layout = configuration.Kind.Layout(configuration);
        _receiver = UdpSocket.Bind(IPAddress.Loopback, 0, 64 << 20, TimeSpan.FromSeconds(5));
        _ring = Ring.ForProducer($"{configuration.DetectorName}-{Module}", Layout.SlotBytes, slots);
        for (var slot = 0; slot < slots; slot++)
            _ring.SlotSpan((ulong)slot).Fill(Untouched);
        Builder = new FrameBuilder(configuration, Module, ownModuleOnly, _ring, Counters, this);
        var pad = Math.Max(Layout.PadBytes, Layout.LastPadBytes);
        _batch = new DatagramBatch(Builder.Capacity, Layout.HeaderBytes, pad);
        _out = new DatagramBatch(1, Layout.HeaderBytes, pad);
        _out.SetDestination(0, new IPEndPoint(IPAddress.Loopback, _receiver.Port));
        _train = new DatagramBatch(Layout.PacketsPerFrame, Layout.HeaderBytes, pad);
        _trainPayloads = (byte*)NativeMemory.AllocZeroed((nuint)Layout.PacketsPerFrame * (nuint)Layout.DataBytes);
        for (var packet = 0; packet < Layout.PacketsPerFrame; packet++)
            _train.SetDestination(packet, new IPEndPoint(IPAddress.Loopback, _receiver.Port));
        Reader = new PacketReader(_receiver, Builder, _batch);
        _payload = new byte[Layout.DataBytes + 100];
    }

    internal PacketLayout Layout { get; }

    internal ReceiverCounters Counters { get; } = new();

    internal FrameBuilder Builder { get; }

    internal PacketReader Reader { get; }

    /// <summary>Whether each frame is compared with what was sent.</summary>
    internal bool ChecksFrames { get; init; } = true;

    /// <summary>The frames that were passed on, in order.</summary>
    internal List<(ulong ImageId, ulong Missing)> Frames { get; } = [];

    internal List<string> Errors { get; } = [];

    /// <summary>Changes the header of each packet before it is sent; null to send them as the detector does.</summary>
    internal Action<Span<byte>>? EditHeader { get; set; }

    internal void SendPacket(ulong frame, int packet) => Send(Module, frame, packet, Layout.Data(packet), Layout.Pad(packet));

    internal void Send(int module, ulong frame, int packet, int dataBytes, int padBytes)
    {
        _configuration.Kind.WriteHeader(_out.Header(0), _configuration, Layout, module, frame, packet);
        EditHeader?.Invoke(new Span<byte>(_out.Header(0), Layout.HeaderBytes));
        // What another module or a damaged packet holds is never what ours holds.
        var isOurs = module == Module && dataBytes == Layout.Data(packet);
        Content(isOurs ? frame : ~frame, packet, _payload.AsSpan(0, dataBytes));
        fixed (byte* payload = _payload)
        {
            _out.SetPayload(0, payload, dataBytes);
            _out.SetPadding(0, padBytes);
            _sender.Send(_out, 1);
        }
        _sent++;
    }

    /// <summary>Sends a whole frame in trains of so many packets, each packet some bytes too short.</summary>
    internal void SendTrains(ulong frame, int ofPackets, int bytesLess = 0)
    {
        for (var packet = 0; packet < Layout.PacketsPerFrame; packet++)
        {
            var payload = new Span<byte>(_trainPayloads + (packet * Layout.DataBytes), Layout.Data(packet));
            _configuration.Kind.WriteHeader(_train.Header(packet), _configuration, Layout, Module, frame, packet);
            Content(frame, packet, payload);
            _train.SetPayload(packet, _trainPayloads + (packet * Layout.DataBytes), payload.Length - bytesLess);
            _train.SetPadding(packet, Layout.Pad(packet));
        }
        for (var packet = 0; packet < Layout.PacketsPerFrame; packet += ofPackets)
            _sender.SendTrain(_train, packet, Math.Min(ofPackets, Layout.PacketsPerFrame - packet));
        _sent += Layout.PacketsPerFrame;
    }

    /// <summary>Takes in everything that was sent, as a receiver does.</summary>
    internal void ReceiveTrains()
    {
        while (Counters.Datagrams < _sent)
        {
            if (Reader.Read(out _) == 0)
                throw new InvalidOperationException($"{_sent - Counters.Datagrams} datagrams did not arrive; the kernel dropped {_receiver.KernelDrops}");
        }
    }

    /// <summary>Takes in everything that was sent.</summary>
    internal void Receive()
    {
        while (Counters.Datagrams < _sent)
        {
            var received = _receiver.Receive(_batch, Builder.Prepare(_batch));
            Assert.True(received > 0, $"{_sent - Counters.Datagrams} datagrams did not arrive; the kernel dropped {_receiver.KernelDrops}");
            Builder.Accept(_batch, received);
        }
    }

    internal void CheckUntouchedSlots()
    {
        for (var slot = 0; slot < _ring.Slots; slot++)
        {
            var bytes = _ring.SlotSpan((ulong)slot);
            // Padding at the end of a slot is no part of the frame.
            var from = _touchedSlots.Contains(slot) ? (int)Layout.FrameBytes : 0;
            if (bytes[from..].ContainsAnyExcept(Untouched))
                Errors.Add($"slot {slot} was written to from byte {from} on");
        }
    }

    public void OnFrame(ref FrameMetadata frame)
    {
        if (!ChecksFrames)
            return;
        Frames.Add((frame.ImageId, frame.MissingPackets));
        _touchedSlots.Add((int)(frame.ImageId % (ulong)_ring.Slots));
        if (frame.ModuleId != Module)
            Errors.Add($"frame of module {frame.ModuleId}");
        var slot = _ring.SlotSpan(frame.ImageId);
        var expected = new byte[Layout.DataBytes];
        var missing = 0UL;
        for (var packet = 0; packet < Layout.PacketsPerFrame; packet++)
        {
            var found = slot.Slice((int)Layout.Offset(packet), Layout.Data(packet));
            Content(frame.ImageId, packet, expected);
            if (found.SequenceEqual(expected.AsSpan(0, found.Length)))
                continue;
            missing++;
            if (found.ContainsAnyExcept((byte)0))
                Errors.Add($"frame {frame.ImageId}, packet {packet}: neither its own bytes nor zeros");
        }
        if (missing != frame.MissingPackets)
            Errors.Add($"frame {frame.ImageId}: {missing} packets are zero, {frame.MissingPackets} are said to be missing");
    }

    public void Dispose()
    {
        _batch.Dispose();
        _out.Dispose();
        _train.Dispose();
        NativeMemory.Free(_trainPayloads);
        _ring.Dispose();
        _receiver.Dispose();
        _sender.Dispose();
    }

    // Bytes that differ from packet to packet and from frame to frame, and are never all 0.
    private static void Content(ulong frame, int packet, Span<byte> bytes)
    {
        var state = (uint)((frame * 2654435761) + ((ulong)packet * 40503) + 12345);
        for (var i = 0; i < bytes.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            bytes[i] = (byte)((state >> 24) | 1);
        }
    }
}

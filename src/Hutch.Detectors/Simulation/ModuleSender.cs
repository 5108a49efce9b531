using System.Net;
using System.Runtime.InteropServices;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Native.Sockets;

namespace Hutch.Detectors.Simulation;

/// <summary>Sends the packets of one module's frames, with the faults of a plan.</summary>
internal sealed unsafe class ModuleSender : IDisposable
{
    // A packet may be preceded by a wrong one and followed by its copy.
    private const int DatagramsAPacket = 4;

    private readonly DaqConfiguration _configuration;
    private readonly DetectorKind _kind;
    private readonly PacketLayout _layout;
    private readonly int _module;
    private readonly FaultPlan _faults;
    private readonly SimulatorCounters _counters;
    private readonly Random _random;
    private readonly FrameEncoder _encoder;
    private readonly DatagramBatch _batch;
    private readonly byte* _frame;
    private readonly int[] _order;
    private int _count;

    internal ModuleSender(DaqConfiguration configuration, int module, UdpSimulatorOptions options, SimulatorCounters counters, int burst)
    {
        (_configuration, _kind, _layout) = (configuration, configuration.Kind, configuration.Kind.Layout(configuration));
        (_module, _faults, _counters) = (module, options.Faults, counters);
        _random = new Random((options.Faults.Seed * 1009) + module);
        _encoder = new FrameEncoder(configuration, module, options.Pattern);
        _frame = (byte*)NativeMemory.AlignedAlloc((nuint)_encoder.FrameBytes, 64);
        _batch = new DatagramBatch((burst * DatagramsAPacket) + DatagramsAPacket, _layout.HeaderBytes, Math.Max(_layout.PadBytes, _layout.LastPadBytes));
        _order = new int[_layout.PacketsPerFrame];
        var destination = new IPEndPoint(options.Destination, configuration.UdpPort(module));
        for (var i = 0; i < _batch.Capacity; i++)
            _batch.SetDestination(i, destination);
    }

    /// <summary>Makes the frame of an image ready to be sent.</summary>
    internal void Begin(ulong imageId)
    {
        _encoder.Encode(imageId, new Span<byte>(_frame, _encoder.FrameBytes));
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        if (_faults.Reorder <= 0)
            return;
        for (var i = 0; i + 1 < _order.Length; i++)
        {
            if (_random.NextDouble() >= _faults.Reorder)
                continue;
            (_order[i], _order[i + 1]) = (_order[i + 1], _order[i]);
            _counters.Reordered++;
        }
    }

    /// <summary>Sends the packets at some places of the frame's order.</summary>
    internal void Send(UdpSocket socket, ulong imageId, int from, int to)
    {
        _count = 0;
        for (var place = from; place < Math.Min(to, _order.Length); place++)
            Add(imageId, _order[place]);
        if (_count > 0)
            socket.Send(_batch, _count);
    }

    public void Dispose()
    {
        _batch.Dispose();
        NativeMemory.AlignedFree(_frame);
    }

    private void Add(ulong imageId, int packet)
    {
        _counters.Packets++;
        if (Draw(_faults.WrongSize))
        {
            Put(imageId, _module, packet, _random.Next(0, _layout.Data(packet)));
            _counters.WrongSize++;
        }
        if (Draw(_faults.Foreign))
        {
            Put(imageId, (_module + 1) % 8, packet, _layout.Data(packet));
            _counters.Foreign++;
        }
        if (Draw(_faults.Drop))
        {
            _counters.Dropped++;
            _counters.DroppedPackets.GetOrAdd((imageId, _module), _ => []).Add(packet);
            return;
        }
        Put(imageId, _module, packet, _layout.Data(packet));
        if (Draw(_faults.Duplicate))
        {
            Put(imageId, _module, packet, _layout.Data(packet));
            _counters.Duplicated++;
        }
    }

    private bool Draw(double probability) => probability > 0 && _random.NextDouble() < probability;

    private void Put(ulong imageId, int module, int packet, int dataBytes)
    {
        _kind.WriteHeader(_batch.Header(_count), _configuration, _layout, module, imageId, packet);
        _batch.SetPayload(_count, _frame + _layout.Offset(packet), dataBytes);
        _batch.SetPadding(_count, dataBytes == _layout.Data(packet) ? _layout.Pad(packet) : 0);
        _count++;
    }
}

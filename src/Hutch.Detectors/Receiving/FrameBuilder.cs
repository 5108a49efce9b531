using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Native.Sockets;
using Hutch.Streams;

namespace Hutch.Detectors.Receiving;

/// <summary>
/// Builds the frames of one module in a ring out of batches of datagrams. Before a batch is received, every place of it
/// points to where the packet expected there belongs; a payload is moved only when another packet came.
/// </summary>
/// <remarks>
/// Two frames may be open, so that packets of neighbouring frames may overtake each other; frames are passed on in the order
/// in which they began. Only packets that still miss in the newest frame are expected in place, so nothing is ever written
/// into a slot that is not being filled. The first packet of a frame is received aside and moved: one in 32 to 128.
/// </remarks>
internal sealed unsafe class FrameBuilder
{
    private const int Aside = -1;

    private readonly DaqConfiguration _configuration;
    private readonly DetectorKind _kind;
    private readonly PacketLayout _layout;
    private readonly int _module;
    private readonly bool _ownModuleOnly;
    private readonly Ring _ring;
    private readonly IFrameSink _sink;
    private readonly AsideMemory _aside;
    private readonly int[] _expected;
    private readonly ClosedFrames _closed;
    private OpenFrame _newest;
    private OpenFrame _older;

    internal FrameBuilder(DaqConfiguration configuration, int module, bool ownModuleOnly, Ring ring, ReceiverCounters counters, IFrameSink sink)
    {
        (_configuration, _kind, _layout) = (configuration, configuration.Kind, configuration.Kind.Layout(configuration));
        (_module, _ownModuleOnly, _ring, Counters, _sink) = (module, ownModuleOnly, ring, counters, sink);
        // All packets of a frame, and the first of the next, or a train that begins with it.
        LongestTrain = Math.Min(ushort.MaxValue / _layout.Datagram(0), 128) + 1;
        Capacity = _layout.PacketsPerFrame + LongestTrain;
        _expected = new int[Capacity];
        _aside = new AsideMemory(Capacity, _layout.DataBytes);
        _closed = new ClosedFrames(_layout.PacketsPerFrame);
        (_newest, _older) = (new OpenFrame(_layout), new OpenFrame(_layout));
    }

    /// <summary>How many datagrams a batch must hold.</summary>
    internal int Capacity { get; }

    /// <summary>The most datagrams that the kernel may hand over as one.</summary>
    internal int LongestTrain { get; }

    /// <summary>Whether trains fit: all places of a batch have the size of a datagram then, but for one that ends a train.</summary>
    internal bool TakesTrains => _layout.PadBytes >= _layout.LastPadBytes;

    /// <summary>Whether a frame is being received.</summary>
    internal bool IsUnderWay => _newest.IsOpen || _older.IsOpen;

    internal ReceiverCounters Counters { get; }

    /// <summary>
    /// Points the places of a batch to where the next packets belong, and the one after them, and <see cref="LongestTrain"/> - 1 more for the rest of a
    /// train, aside.
    /// </summary>
    /// <returns>How many places to receive single packets into.</returns>
    internal int Prepare(DatagramBatch batch)
    {
        var count = 0;
        if (_newest.IsOpen)
        {
            for (var packet = _newest.Next; packet < _layout.PacketsPerFrame; packet++)
            {
                // A last packet that is shorter has no room for the packet that may come in its stead.
                if (_newest.Has(packet) || _layout.Data(packet) != _layout.DataBytes)
                    continue;
                batch.SetPayload(count, _newest.Slot + _layout.Offset(packet), _layout.DataBytes);
                _expected[count++] = packet;
            }
        }
        for (var i = count; i < count + LongestTrain; i++)
        {
            batch.SetPayload(i, _aside[i], _layout.DataBytes);
            _expected[i] = Aside;
        }
        return count + 1;
    }

    /// <summary>Takes in what was received into the places that <see cref="Prepare"/> set.</summary>
    internal void Accept(DatagramBatch batch, int count)
    {
        Counters.Datagrams += count;
        var inPlace = true;
        for (var i = 0; i < count; i++)
        {
            var bytes = batch.ReceivedBytes(i);
            Counters.Bytes += Math.Max(bytes, 0);
            if (!IsOurs(batch.Header(i), bytes, out var header))
                continue;
            var packet = (int)header.PacketNumber;
            if (inPlace && packet == _expected[i] && header.FrameNumber == _newest.Number && !_newest.Has(packet))
            {
                Add(_newest, packet);
                continue;
            }
            if (inPlace)
            {
                // Moving one payload may hit the place of a later one, so all that follow are first brought to safety.
                SetAside(batch, i, count);
                inPlace = false;
            }
            Place(batch.Header(i), header, packet, _aside[i]);
        }
    }

    /// <summary>Passes on what is open: nothing has come for so long that nothing more is expected.</summary>
    internal void Flush()
    {
        TimeOut(_older);
        TimeOut(_newest);
        _closed.Forget();
    }

    private bool IsOurs(byte* start, int bytes, out PacketHeader header)
    {
        header = default;
        if (bytes >= _layout.HeaderBytes)
        {
            var hasPlace = _kind.TryReadHeader(start, _layout, out header);
            if (!hasPlace || header.PacketNumber >= (uint)_layout.PacketsPerFrame || (_ownModuleOnly && header.Module != _module))
            {
                Counters.Foreign++;
                return false;
            }
            if (bytes == _layout.Datagram((int)header.PacketNumber))
            {
                if (!header.IsKnownFormat)
                    Counters.UnknownFormat++;
                if (header.Module != _module)
                    Counters.OtherModule++;
                return true;
            }
        }
        Counters.WrongSize++;
        return false;
    }

    private void SetAside(DatagramBatch batch, int from, int count)
    {
        for (var i = from; i < count; i++)
        {
            if (_expected[i] != Aside)
                Buffer.MemoryCopy(batch.Payload(i), _aside[i], _layout.DataBytes, _layout.DataBytes);
        }
    }

    private void Place(byte* start, in PacketHeader header, int packet, byte* payload)
    {
        var frame = _newest.IsOpen && header.FrameNumber == _newest.Number ? _newest
            : _older.IsOpen && header.FrameNumber == _older.Number ? _older
            : null;
        if (frame is null)
        {
            if (_closed.IsLate(header.FrameNumber) || _newest.IsLate(header.FrameNumber, packet) || _older.IsLate(header.FrameNumber, packet))
            {
                Counters.Late++;
                return;
            }
            frame = Open(start, header);
        }
        if (frame.Has(packet))
        {
            Counters.Duplicates++;
            return;
        }
        Counters.MovedPayloads++;
        Buffer.MemoryCopy(payload, frame.Slot + _layout.Offset(packet), _layout.Data(packet), _layout.Data(packet));
        Add(frame, packet);
    }

    private OpenFrame Open(byte* start, in PacketHeader header)
    {
        if (_older.IsOpen)
            Close(_older);
        (_newest, _older) = (_older, _newest);
        var slot = _ring.Slot(header.ImageId);
        // Two ids that share a slot cannot both be open: what there is of the older one is passed on now.
        if (_older.IsOpen && _older.Slot == slot)
            Close(_older);
        var metadata = new FrameMetadata { ImageId = header.ImageId, ModuleId = (ushort)_module };
        _kind.DescribeFrame(start, _configuration, _layout, ref metadata);
        _ring.Generations.Restart(header.ImageId);
        _newest.Open(header.FrameNumber, slot, metadata);
        return _newest;
    }

    private void Add(OpenFrame frame, int packet)
    {
        frame.Mark(packet);
        Counters.Packets++;
        _closed.Progress();
        if (!frame.IsComplete)
            return;
        if (frame == _newest && _older.IsOpen)
            Close(_older);
        Close(frame);
    }

    private void TimeOut(OpenFrame frame)
    {
        if (!frame.IsOpen)
            return;
        Close(frame);
        frame.HasTimedOut = true;
    }

    private void Close(OpenFrame frame)
    {
        var missing = _layout.PacketsPerFrame - frame.Received;
        if (missing > 0)
        {
            frame.ClearMissing();
            Counters.IncompleteFrames++;
            Counters.MissingPackets += missing;
        }
        else
        {
            Counters.CompleteFrames++;
        }
        frame.Close();
        frame.Metadata.MissingPackets = (ulong)missing;
        _closed.Add(frame.Number);
        _ring.Generations.TryComplete(frame.Metadata.ImageId);
        _sink.OnFrame(ref frame.Metadata);
    }
}

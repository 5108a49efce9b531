using Hutch.Detectors.Configuration;
using Hutch.Detectors.Kinds;
using Hutch.Streams;

namespace Hutch.Detectors.Recording;

/// <summary>What a recording has of one port, gathered packet by packet.</summary>
internal sealed unsafe class PortAnalysis
{
    private const int OpenFrames = 64;
    private const int ShownBytes = 64;

    private readonly Dictionary<ulong, FrameTrack> _open = [];
    private readonly Queue<ulong> _order = new();
    private readonly Dictionary<int, long> _framesByPackets = [];
    private readonly SortedDictionary<int, long> _sizes = [];
    private readonly SortedSet<int> _modules = [];
    private readonly IdGaps _gaps = new();
    private readonly int _port;
    private readonly bool _isGuessed;
    private DaqConfiguration? _configuration;
    private PacketLayout? _layout;
    private string _firstBytes = "";
    private (ulong Frame, uint Packet) _last;
    private uint _highestPacket;
    private ulong? _firstImage;
    private ulong _lastImage;
    private long _packets, _bytes, _unrecognised, _duplicates, _outOfOrder, _firstTime, _lastTime;

    internal PortAnalysis(int port, DaqConfiguration? configuration)
    {
        (_port, _isGuessed, _configuration) = (port, configuration is null, configuration);
        _layout = configuration?.Kind.Layout(configuration);
    }

    internal void Add(in RecordedPacket packet, ReadOnlySpan<byte> datagram)
    {
        if (_packets++ == 0)
            (_firstTime, _firstBytes) = (packet.TimeNs, Convert.ToHexStringLower(datagram[..Math.Min(ShownBytes, datagram.Length)]));
        _lastTime = packet.TimeNs;
        _bytes += datagram.Length;
        _sizes[datagram.Length] = _sizes.GetValueOrDefault(datagram.Length) + 1;
        if (_configuration is null)
            Guess(datagram);
        if (_layout is null || !TryRead(datagram, out var header))
        {
            _unrecognised++;
            return;
        }
        Count(header);
    }

    internal PortReport Report()
    {
        while (_order.TryDequeue(out var frame))
            Close(frame);
        var known = _configuration is not null && _isGuessed ? _configuration.Kind.Refine(_configuration, (int)_highestPacket + 1) : _configuration;
        var perFrame = known?.Kind.Layout(known).PacketsPerFrame ?? 0;
        var seconds = (_lastTime - _firstTime) / 1e9;
        var frames = _framesByPackets.Values.Sum();
        return new PortReport
        {
            Port = _port,
            Detector = known?.DetectorType,
            BitDepth = known?.BitDepth,
            ImageWidth = known?.ImageWidth,
            ImageHeight = known?.ImageHeight,
            Modules = [.. _modules],
            Packets = _packets,
            Bytes = _bytes,
            Unrecognised = _unrecognised,
            PacketsPerFrame = perFrame,
            Frames = frames,
            CompleteFrames = _framesByPackets.GetValueOrDefault(perFrame),
            MissingPackets = _framesByPackets.Sum(f => f.Value * Math.Max(0, perFrame - f.Key)),
            MissingFrames = _gaps.Missing,
            Duplicates = _duplicates,
            OutOfOrder = _outOfOrder,
            FirstImage = _firstImage ?? 0,
            LastImage = _lastImage,
            Sizes = _sizes,
            Seconds = seconds,
            FramesPerSecond = seconds > 0 && frames > 1 ? (frames - 1) / seconds : 0,
            MegabytesPerSecond = seconds > 0 ? _bytes / 1e6 / seconds : 0,
            FirstBytes = _firstBytes,
        };
    }

    private void Guess(ReadOnlySpan<byte> datagram)
    {
        foreach (var kind in DetectorKinds.All)
        {
            if (kind.Guess(datagram) is not { } guess)
                continue;
            (_configuration, _layout) = (guess, kind.Layout(guess));
            return;
        }
    }

    private bool TryRead(ReadOnlySpan<byte> datagram, out PacketHeader header)
    {
        header = default;
        if (datagram.Length < _layout!.HeaderBytes)
            return false;
        fixed (byte* start = datagram)
        {
            return _configuration!.Kind.TryReadHeader(start, _layout, out header) && header.PacketNumber < (uint)_layout.PacketsPerFrame
                && datagram.Length == _layout.Datagram((int)header.PacketNumber);
        }
    }

    private void Count(in PacketHeader header)
    {
        _modules.Add(header.Module);
        _highestPacket = Math.Max(_highestPacket, header.PacketNumber);
        _firstImage ??= header.ImageId;
        _lastImage = header.ImageId;
        if (!_open.TryGetValue(header.FrameNumber, out var frame))
        {
            _open[header.FrameNumber] = frame = new FrameTrack();
            _order.Enqueue(header.FrameNumber);
            if (_order.Count > OpenFrames)
                Close(_order.Dequeue());
            // A frame whose first packet overtook one of the frame before does not end that series.
            if (header.FrameNumber > _last.Frame || _packets == 1 || header.FrameNumber + OpenFrames < _last.Frame)
                _gaps.Add(header.FrameNumber);
        }
        if (!frame.Add(header.PacketNumber))
            _duplicates++;
        else if (header.FrameNumber < _last.Frame ? header.FrameNumber + OpenFrames >= _last.Frame : header.FrameNumber == _last.Frame && header.PacketNumber < _last.Packet)
            _outOfOrder++;
        else
            _last = (header.FrameNumber, header.PacketNumber);
    }

    private void Close(ulong number)
    {
        if (!_open.Remove(number, out var frame))
            return;
        _framesByPackets[frame.Packets] = _framesByPackets.GetValueOrDefault(frame.Packets) + 1;
    }
}

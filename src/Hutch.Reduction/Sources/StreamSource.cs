using System.Runtime.InteropServices;
using Hutch.Native.Zmq;
using Hutch.Reduction.Chunks;
using Hutch.Reduction.Configuration;
using Hutch.LiveResults;

namespace Hutch.Reduction.Sources;

/// <summary>A ZeroMQ stream (SUB, connected): images (<c>array-1.0</c>) or events (<c>event-1.0</c>). Pixels go from the socket into the arena.</summary>
internal sealed class StreamSource : IChunkSource
{
    // A sender announces at most so many events a pulse: more is a mistake, and would take all memory.
    private const int MostEvents = 100_000_000;

    private readonly ReductionConfiguration _configuration;
    private readonly string _endpoint;
    private readonly RunTracker _runs = new();
    private readonly EventChunks _events;
    private readonly byte[] _header = new byte[64 << 10];
    private ZmqSocket? _socket;
    private uint[] _ids = [];
    private float[] _tofs = [];
    private ulong _nextPulse;

    public StreamSource(string endpoint, ReductionConfiguration configuration)
    {
        (_endpoint, _configuration) = (endpoint, configuration);
        _events = new EventChunks(configuration);
    }

    public string Description => $"stream {_endpoint}";

    public bool CanRewind => false;

    public void Rewind() => throw new NotSupportedException("a stream cannot be read again");

    public bool Read(IChunkSink sink, CancellationToken stop)
    {
        _socket ??= Connect();
        if (!_socket.TryReceive(_header, out var length))
            return true;
        try
        {
            var header = StreamHeader.TryParse(_header.AsSpan(0, Math.Min(length, _header.Length)));
            var refused = header?.Type switch
            {
                StreamHeader.ArrayType => TakeImage(header, sink, stop),
                StreamHeader.EventType => TakePulse(header, sink, stop),
                _ => $"a message whose first part is not a header of htype {StreamHeader.ArrayType} or {StreamHeader.EventType}",
            };
            if (refused is not null)
                sink.CountLost(1, refused);
        }
        finally
        {
            while (_socket.HasMore)
                _socket.TryReceive([], out _);
        }
        return true;
    }

    public void Dispose() => _socket?.Dispose();

    private ZmqSocket Connect()
    {
        var socket = new ZmqSocket(ZmqSocketType.Sub) { ReceiveTimeout = Streams.MetadataChannel.ReceiveTimeout };
        socket.Subscribe();
        try
        {
            socket.Connect(_endpoint);
        }
        catch (ZmqException error)
        {
            socket.Dispose();
            throw new UserErrorException($"listener {_endpoint} cannot be connected: {error.Message}", error);
        }
        return socket;
    }

    private string? TakeImage(StreamHeader header, IChunkSink sink, CancellationToken stop)
    {
        if (header.End)
            return EndRun(sink, _runs.End());
        if (header.NumpyType is not { } type || header.Shape is not { Length: > 0 } shape || shape.Any(n => n <= 0) || !_socket!.HasMore)
            return "an image whose header has no usable shape and type, or that has no pixels";
        var bytes = shape.Aggregate((double)NumpyType.Size(type), (product, n) => product * n);
        if (bytes > int.MaxValue)
            return $"an image of {bytes} bytes; at most {int.MaxValue} are possible";
        EndRun(sink, _runs.Next(header.Frame, $"{type} {string.Join('x', shape)}", header.RunName));
        if (_runs.Gap > 0)
            sink.CountLost((long)_runs.Gap, $"{_runs.Gap} images before image {header.Frame} did not arrive: the stream skips some, or the scripts are too slow for it");
        if (_configuration.Periods?.Contains(header.Period) == false || (header.TimeNs is { } at && at < StartTime))
            return null;
        var block = sink.Reserve((long)bytes, stop);
        if (!_socket.TryReceive(sink.Span(block), out var length) || length != block.Bytes)
        {
            sink.Discard(block);
            return $"an image of {length} bytes whose header says {block.Bytes}";
        }
        sink.Submit(new Chunk
        {
            Run = _runs.Current!,
            Type = type,
            Shape = shape,
            Block = block,
            Attributes = new Dictionary<string, object?>
            {
                ["image_ids"] = new[] { header.Frame },
                ["time_ns"] = header.TimeNs ?? EventTime.Now(),
                ["period"] = header.Period,
                ["units"] = "counts",
            },
        });
        return null;
    }

    private string? TakePulse(StreamHeader header, IChunkSink sink, CancellationToken stop)
    {
        if (header.End)
        {
            _events.End(sink, stop);
            _runs.End();
            _nextPulse = 0;
            return null;
        }
        if (header is not { Count: >= 0 and <= MostEvents, TimeNs: { } time } || header.RunName is not { } run)
            return "a pulse whose header has no run, no time_ns or no usable count";
        if (_ids.Length < header.Count)
            (_ids, _tofs) = (new uint[header.Count * 2], new float[header.Count * 2]);
        var ids = _ids.AsSpan(0, header.Count);
        var tofs = _tofs.AsSpan(0, header.Count);
        if (!TakePart(MemoryMarshal.AsBytes(ids)) || !TakePart(MemoryMarshal.AsBytes(tofs)))
            return $"a pulse whose parts do not have the {header.Count} ids and times given in its header";
        if (header.Pulse > _nextPulse && _nextPulse > 0 && run == _runs.Current)
            sink.CountLost((long)(header.Pulse - _nextPulse), $"{header.Pulse - _nextPulse} pulses before pulse {header.Pulse} did not arrive: the scripts are too slow for the stream");
        _nextPulse = header.Pulse + 1;
        _runs.Next(header.Pulse, "events", run);
        _events.Add(run, time, header.Period, ids, tofs, sink, stop);
        return null;
    }

    private bool TakePart(Span<byte> target) => _socket!.HasMore && _socket.TryReceive(target, out var length) && length == target.Length;

    private long StartTime => _configuration.StartTime is { } start ? EventTime.Of(start) : long.MinValue;

    private static string? EndRun(IChunkSink sink, string? run)
    {
        if (run is not null)
            sink.Submit(EndOfRun.Of(run));
        return null;
    }
}

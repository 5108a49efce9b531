using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Images;
using Hutch.Native.Zmq;

namespace Hutch.Web.Live;

/// <summary>Makes pictures of a live stream: ZeroMQ messages of two parts, JSON <c>{"frame", "shape", "type"}</c> and the pixels.</summary>
internal sealed class LivePictures : IDisposable
{
    private const int Width = 800;
    private const int Height = 600;
    private const int TimeoutsTillNoData = 4;
    private const int LargestImage = 256 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly Lazy<byte[]> NoData = new(() => Lettering.Say("No data", Width, Height).ToJpeg());

    private readonly ZmqSocket _socket = new(ZmqSocketType.Sub, highWaterMark: 2) { ReceiveTimeout = Timeout };
    private readonly byte[] _header = new byte[4096];
    private byte[] _pixels = new byte[1 << 20];
    private int _timeouts;
    private long _shownAt;

    public LivePictures(string endpoint)
    {
        _socket.Subscribe();
        _socket.Connect(endpoint);
    }

    /// <summary>The next picture, at most ten a second; null if there is none yet.</summary>
    public byte[]? Next(CancellationToken stop)
    {
        if (!_socket.TryReceive(_header, out var length))
            return ++_timeouts % TimeoutsTillNoData == 0 ? NoData.Value : null;
        _timeouts = 0;
        var size = 0;
        for (var part = 0; _socket.HasMore; part++)
        {
            if (!_socket.TryReceive(_pixels, out var received))
                return null;
            if (part == 0)
                size = received;
        }
        if (size > _pixels.Length)
        {
            // Cut off: there is room for the next one.
            if (size <= LargestImage)
                _pixels = new byte[size];
            return null;
        }
        if (length > _header.Length || _shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < Period || stop.IsCancellationRequested)
            return null;
        var jpeg = Draw(_header.AsSpan(0, length), _pixels.AsSpan(0, size));
        if (jpeg is not null)
            _shownAt = Stopwatch.GetTimestamp();
        return jpeg;
    }

    public void Dispose() => _socket.Dispose();

    // What is no image of a known type is left out; the next may be one.
    private static byte[]? Draw(ReadOnlySpan<byte> header, ReadOnlySpan<byte> pixels)
    {
        try
        {
            if (JsonNode.Parse(header) is not JsonObject told || told["shape"] is not JsonArray { Count: 2 } shape || (string?)told["type"] is not { } type)
                return null;
            var (rows, columns) = ((int)shape[0]!, (int)shape[1]!);
            if (rows < 1 || columns < 1)
                return null;
            return Fit(GreyScale.Convert(pixels, type, columns, rows), columns, rows).ToJpeg();
        }
        catch (Exception error) when (error is JsonException or UserErrorException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static Picture Fit(byte[] grey, int columns, int rows)
    {
        var fitted = new byte[Width * Height];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
                fitted[(y * Width) + x] = grey[((y * rows / Height) * columns) + (int)((long)x * columns / Width)];
        }
        return Picture.Hot(fitted, Width, Height);
    }
}

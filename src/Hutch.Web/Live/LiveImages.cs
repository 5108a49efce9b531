using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hutch.Detectors.Images;
using Hutch.Native.Zmq;

namespace Hutch.Web.Live;

/// <summary>Receives a live stream: ZeroMQ messages of two parts, JSON <c>{"frame", "shape", "type"}</c> and the pixels.</summary>
internal sealed class LiveImages : IDisposable
{
    private const int LargestImage = 256 << 20;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ZmqSocket _socket = new(ZmqSocketType.Sub, highWaterMark: 2) { ReceiveTimeout = TimeSpan.FromMilliseconds(500) };
    private readonly byte[] _header = new byte[4096];
    private readonly Queue<long> _came = new();
    private byte[] _pixels = new byte[1 << 20];
    private long _shownAt;

    public LiveImages(string endpoint)
    {
        _socket.Subscribe();
        _socket.Connect(endpoint);
    }

    /// <summary>Half seconds in which nothing has come.</summary>
    public int Timeouts { get; private set; }

    /// <summary>The next image, at most ten a second; null if there is none yet.</summary>
    public LiveImage? Next()
    {
        if (!_socket.TryReceive(_header, out var length))
        {
            Timeouts++;
            return null;
        }
        Timeouts = 0;
        var size = 0;
        for (var part = 0; _socket.HasMore; part++)
        {
            if (!_socket.TryReceive(_pixels, out var received))
                return null;
            if (part == 0)
                size = received;
        }
        Count();
        if (size > _pixels.Length)
        {
            // Cut off: there is room for the next one.
            if (size <= LargestImage)
                _pixels = new byte[size];
            return null;
        }
        if (length > _header.Length || _shownAt != 0 && Stopwatch.GetElapsedTime(_shownAt) < Period || Read(_header.AsSpan(0, length), size) is not { } image)
            return null;
        _shownAt = Stopwatch.GetTimestamp();
        return image;
    }

    public void Dispose() => _socket.Dispose();

    private double Rate => _came.Count < 2 ? 0 : (_came.Count - 1) / Math.Max(0.001, Stopwatch.GetElapsedTime(_came.Peek()).TotalSeconds);

    private void Count()
    {
        _came.Enqueue(Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(_came.Peek()) > TimeSpan.FromSeconds(3))
            _came.Dequeue();
    }

    // What is no image of a known type is left out; the next may be one.
    private LiveImage? Read(ReadOnlySpan<byte> header, int size)
    {
        try
        {
            if (JsonNode.Parse(header) is not JsonObject told || told["shape"] is not JsonArray { Count: 2 } shape || (string?)told["type"] is not { } type)
                return null;
            var (rows, columns) = ((int)shape[0]!, (int)shape[1]!);
            var element = GreyScale.ElementBytes(type);
            if (rows < 1 || columns < 1 || element == 0 || (long)rows * columns * element > size)
                return null;
            var frame = told["frame"] is JsonValue number && number.TryGetValue<ulong>(out var id) ? id : 0;
            return new LiveImage(frame, rows, columns, type, _pixels.AsSpan(0, rows * columns * element).ToArray(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0, Math.Round(Rate, 1));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            return null;
        }
    }
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hutch.Native.Zmq;

namespace Hutch.Reduction.Tests.Support;

/// <summary>A detector's live stream, or an event stream, for one test.</summary>
internal sealed class ImageSender : IDisposable
{
    private readonly ZmqSocket _socket = new(ZmqSocketType.XPub);

    public ImageSender(string endpoint) => _socket.Bind(Endpoint = endpoint);

    public string Endpoint { get; }

    public void WaitForSubscriber() => Until.True(() => _socket.TryReceive(new byte[16], out _, wait: false), "somebody subscribes");

    public void Send<T>(ulong frame, string type, int[] shape, ReadOnlySpan<T> pixels, string? run = null, long? timeNs = null)
        where T : unmanaged
    {
        Part(new { htype = "array-1.0", shape, type, frame, run, time_ns = timeNs }, more: true);
        _socket.TrySend(MemoryMarshal.AsBytes(pixels));
    }

    /// <summary>An image of 16-bit pixels that all have the same value.</summary>
    public void Send(ulong frame, ushort value, int rows = 4, int columns = 6, string? run = null) =>
        Send<ushort>(frame, "uint16", [rows, columns], Enumerable.Repeat(value, rows * columns).ToArray(), run);

    public void SendPulse(string run, ulong pulse, long timeNs, uint[] ids, float[] tofs)
    {
        Part(new { htype = "event-1.0", run, pulse, time_ns = timeNs, count = ids.Length }, more: true);
        _socket.TrySend(MemoryMarshal.AsBytes(ids.AsSpan()), more: true);
        _socket.TrySend(MemoryMarshal.AsBytes(tofs.AsSpan()));
    }

    public void EndRun(string type, string run) => Part(new { htype = type, run, end = true }, more: false);

    /// <summary>Sends what is no message of the stream.</summary>
    public void SendRaw(params string[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
            _socket.TrySend(Encoding.UTF8.GetBytes(parts[i]), more: i < parts.Length - 1);
    }

    public void Dispose() => _socket.Dispose();

    private void Part(object header, bool more) => _socket.TrySend(JsonSerializer.SerializeToUtf8Bytes(header), more);
}

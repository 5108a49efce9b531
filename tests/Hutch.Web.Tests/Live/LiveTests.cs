using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Hutch.Native.Zmq;
using Hutch.Web.Live;
using Hutch.Web.Tests.Support;

namespace Hutch.Web.Tests.Live;

public sealed class LiveTests : IDisposable
{
    private const int Rows = 48;
    private const int Columns = 64;

    private readonly ZmqSocket _publisher = new(ZmqSocketType.Pub);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _pixels = new byte[Rows * Columns * 2];
    private Task _publishing = Task.CompletedTask;

    public LiveTests()
    {
        _publisher.Bind("tcp://127.0.0.1:*");
        new Random(1).NextBytes(_pixels);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _end.Cancel();
        _publishing.Wait();
        _end.Dispose();
        _publisher.Dispose();
    }

    [Fact]
    public async Task Images_become_pictures_and_silence_says_that_there_is_no_data()
    {
        Publish();
        var view = new LiveView(_publisher.LastEndpoint);
        byte[]? shown = null;
        await foreach (var image in view.WatchAsync(Cancel))
        {
            if (image is not null)
            {
                shown = image.Jpeg!;
                await _end.CancelAsync();
            }
            else if (shown is not null)
            {
                break;
            }
        }
        Assert.Equal((800, 600), JpegSize(shown!));
        Assert.Equal((800, 600), JpegSize(LivePicture.NoData));
    }

    [Fact]
    public async Task A_viewer_asks_for_each_image_and_gets_all_bits_of_the_part_it_wants()
    {
        Publish();
        using var instrument = new TestInstrument(change: s => s with { LiveStream = _publisher.LastEndpoint });
        using var socket = await ConnectAsync(instrument);
        var (header, pixels) = await AskAsync(socket, "{}");
        Assert.Equal((Columns, Rows, "uint16", 1), ((int)header["image_columns"]!, (int)header["image_rows"]!, (string?)header["type"], (int)header["step"]!));
        Assert.Equal(_pixels, pixels);
        (header, pixels) = await AskAsync(socket, """{"x": 10, "y": 20, "width": 4, "height": 2, "pixels": 100}""");
        Assert.Equal(_pixels.AsSpan(2 * ((20 * Columns) + 10), 8), pixels.AsSpan(0, 8));
        Assert.Equal(16, pixels.Length);

        await _end.CancelAsync();
        (header, pixels) = await AskAsync(socket, "{}", until: h => h["columns"] is null);
        Assert.Empty(pixels);   // nothing is new: only how old the last image is
        Assert.True((double)header["age_s"]! > 0);
        (header, pixels) = await AskAsync(socket, """{"again": true}""");
        Assert.Equal(_pixels, pixels);

        await socket.SendAsync("nonsense"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        var answer = await socket.ReceiveAsync(new byte[100], Cancel);
        Assert.Equal(WebSocketCloseStatus.InvalidPayloadData, answer.CloseStatus);
    }

    [Fact]
    public async Task Viewers_that_never_read_cost_bounded_memory_and_hold_nobody_up()
    {
        Publish();
        using var instrument = new TestInstrument(change: s => s with { LiveStream = _publisher.LastEndpoint });
        var idle = new List<ClientWebSocket>();
        for (var i = 0; i < 50; i++)
        {
            idle.Add(await ConnectAsync(instrument));
            for (var request = 0; request < 20; request++)
                await idle[i].SendAsync("{}"u8.ToArray(), WebSocketMessageType.Text, true, Cancel);
        }
        using var socket = await ConnectAsync(instrument);
        for (var i = 0; i < 5; i++)
            Assert.Equal(_pixels, (await AskAsync(socket, "{}", until: h => h["columns"] is not null)).Pixels);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 10; i++)
            await AskAsync(socket, "{}", until: h => h["columns"] is not null);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10 << 20);
        foreach (var one in idle)
            one.Dispose();
    }

    [Fact]
    public void A_part_that_is_made_smaller_has_the_largest_of_each_square()
    {
        var image = new LiveImage(1, 4, 4, "uint8", new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 77 }, 0, 0);
        var part = LivePart.Of(image, 0, 0, 99, 99, 4);
        Assert.Equal((2, 2, 2), (part.Step, part.Columns, part.Rows));
        Assert.Equal([6, 8, 9, 77], part.Pixels.ToArray());
        Assert.Equal([77], LivePart.Of(image, 3, 3, -5, 1, 100).Pixels.ToArray());
        var wide = new LiveImage(1, 1, 2, "uint64", BitConverter.GetBytes(7UL).Concat(BitConverter.GetBytes(ulong.MaxValue)).ToArray(), 0, 0);
        Assert.Equal("float32", LivePart.Of(wide, 0, 0, 2, 1, 100).Type);
    }

    /// <summary>Reads the size in the start of frame (marker C0).</summary>
    internal static (int Width, int Height) JpegSize(byte[] jpeg)
    {
        for (var at = 2; at + 9 < jpeg.Length; at += 2 + (jpeg[at + 2] << 8) + jpeg[at + 3])
        {
            Assert.Equal(0xFF, jpeg[at]);
            if (jpeg[at + 1] is 0xC0 or 0xC2)
                return ((jpeg[at + 7] << 8) + jpeg[at + 8], (jpeg[at + 5] << 8) + jpeg[at + 6]);
        }
        throw new InvalidDataException("no start of frame");
    }

    // Twenty images a second, and what is none, until the end.
    private void Publish() => _publishing = Task.Run(async () =>
    {
        for (var i = 0; !_end.IsCancellationRequested; i++)
        {
            _publisher.TrySend("{\"shape\": \"x\"}"u8, more: true);
            _publisher.TrySend("?"u8);
            _publisher.TrySend(Encoding.UTF8.GetBytes($$"""{"frame": {{i}}, "shape": [{{Rows}}, {{Columns}}], "type": "uint16"}"""), more: true);
            _publisher.TrySend(_pixels);
            await Task.Delay(50, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    });

    private static async Task<ClientWebSocket> ConnectAsync(TestInstrument instrument)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"{instrument.Url.Replace("http", "ws", StringComparison.Ordinal)}/api/v1/live"), Cancel);
        return socket;
    }

    private static async Task<(JsonObject Header, byte[] Pixels)> AskAsync(ClientWebSocket socket, string request, Func<JsonObject, bool>? until = null)
    {
        while (true)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, Cancel);
            using var message = new MemoryStream();
            var buffer = new byte[8192];
            WebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer, Cancel);
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var bytes = message.ToArray();
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            Assert.Equal(0, (4 + length) % 8);
            var header = JsonNode.Parse(bytes.AsSpan(4, length))!.AsObject();
            if (until?.Invoke(header) ?? header["columns"] is not null)
                return (header, bytes[(4 + length)..]);
        }
    }
}

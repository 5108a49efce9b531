using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutch.Web.Live;

/// <summary>
/// One viewer on a WebSocket. The viewer asks for each image (a text: which part, at most how many pixels), and gets the next one that comes
/// (binary: the length of a JSON header in four bytes, little-endian, the header, the pixels; the header is filled up with blanks so that the
/// pixels begin at a multiple of eight). A viewer that does not ask gets nothing, and costs nothing.
/// </summary>
internal sealed class LiveSocket(LiveView view, WebSocket socket)
{
    private const int LongestRequest = 1024;

    /// <summary>What all viewers together get in a second, so that they cannot take the processor from the data flow.</summary>
    private const double BytesPerSecond = 64e6;

    /// <summary>A viewer that waits for an image gets a message that there is none, and can ask for something else.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public async Task ServeAsync(CancellationToken end)
    {
        using var viewer = view.Look();
        LiveImage? shown = null;
        var request = new byte[LongestRequest];
        while (await ReadAsync(request, end).ConfigureAwait(false) is { } wanted)
        {
            if (ReferenceEquals(view.Latest, shown) && !wanted.Again)
                await WaitAsync(end).ConfigureAwait(false);
            var image = view.Latest;
            // Where there is none, or no new one, it is said how old the last one is.
            var sent = await SendAsync(image, ReferenceEquals(image, shown) && !wanted.Again ? null : wanted, end).ConfigureAwait(false);
            shown = image;
            await Task.Delay(TimeSpan.FromSeconds(sent * view.Viewers / BytesPerSecond), end).ConfigureAwait(false);
        }
        if (socket.State == WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, end).ConfigureAwait(false);
    }

    private async Task WaitAsync(CancellationToken end)
    {
        try
        {
            await view.NextAsync(end).WaitAsync(Patience, end).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The viewer may want to see something else by now.
        }
    }

    private async Task<Wanted?> ReadAsync(byte[] buffer, CancellationToken end)
    {
        var received = await socket.ReceiveAsync(buffer.AsMemory(), end).ConfigureAwait(false);
        if (received.MessageType == WebSocketMessageType.Close)
            return null;
        try
        {
            if (received is { EndOfMessage: true, MessageType: WebSocketMessageType.Text })
                return JsonSerializer.Deserialize<Wanted>(buffer.AsSpan(0, received.Count), JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Answered below.
        }
        await socket.CloseAsync(WebSocketCloseStatus.InvalidPayloadData, """ask with {"x":0,"y":0,"width":1024,"height":1024,"pixels":1000000}""", end).ConfigureAwait(false);
        return null;
    }

    private async Task<int> SendAsync(LiveImage? image, Wanted? wanted, CancellationToken end)
    {
        var part = image is null || wanted is null ? null : image.Part(wanted.X, wanted.Y, wanted.Width, wanted.Height, wanted.Pixels);
        var header = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["frame"] = image?.Frame,
            ["age_s"] = image is null ? null : Math.Round((DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0) - image.At, 3),
            ["per_second"] = image?.PerSecond,
            ["image_columns"] = image?.Columns,
            ["image_rows"] = image?.Rows,
            ["image_type"] = image?.Type,
            ["x"] = part?.X,
            ["y"] = part?.Y,
            ["step"] = part?.Step,
            ["columns"] = part?.Columns,
            ["rows"] = part?.Rows,
            ["type"] = part?.Type,
            ["viewers"] = view.Viewers,
        });
        var start = new byte[(4 + header.Length + 7) / 8 * 8];
        start.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteInt32LittleEndian(start, start.Length - 4);
        header.CopyTo(start, 4);
        await socket.SendAsync(start, WebSocketMessageType.Binary, part is null, end).ConfigureAwait(false);
        if (part is not null)
            await socket.SendAsync(part.Pixels, WebSocketMessageType.Binary, true, end).ConfigureAwait(false);
        return part?.Pixels.Length ?? 0;
    }

    private sealed record Wanted(int X = 0, int Y = 0, int Width = int.MaxValue, int Height = int.MaxValue, int Pixels = 1_000_000, bool Again = false);
}

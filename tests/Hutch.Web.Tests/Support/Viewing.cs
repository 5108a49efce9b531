using System.Net.WebSockets;
using Hutch.Detectors.Configuration;
using Hutch.Detectors.Live;
using Hutch.Tests.Servers;

namespace Hutch.Web.Tests.Support;

/// <summary>An instrument with a live stream, and pages that each ask for its images as fast as they get them.</summary>
public sealed class Viewing : IDisposable
{
    private const string Request = """{"pixels": 300000}""";   // as a phone asks

    private readonly TestInstrument _instrument;
    private readonly CancellationTokenSource _end = new();
    private readonly int[] _images;
    private Task _watching = Task.CompletedTask;

    public Viewing(int viewers)
    {
        var address = $"tcp://127.0.0.1:{FreePort.Next()}";
        _images = new int[viewers];
        _instrument = new TestInstrument(change: s => s with { LiveStream = address });
        _instrument.Start(new LiveStream(_instrument.Configuration, address, new LiveStreamConfiguration(LiveStreamSelection.Periodic, Every: 10), new LiveStreamOptions { ImageSlots = _instrument.Settings.ImageSlots }));
        _instrument.Client.PostAsync(new Uri("/simulation/start", UriKind.Relative), null).GetAwaiter().GetResult().EnsureSuccessStatusCode();
    }

    /// <summary>Images that each page got.</summary>
    public IReadOnlyList<int> Images => _images;

    /// <summary>Writes images while all pages watch and a client asks.</summary>
    public async Task<LoadRun> RunAsync(TimeSpan duration, int rate)
    {
        if (_watching.IsCompleted)
        {
            _watching = Task.WhenAll(Enumerable.Range(0, _images.Length).Select(WatchAsync));
            await Eventually.TrueAsync(() => _watching.IsCompleted || _images.All(i => i > 0), "each page has an image");
        }
        return await LoadRun.RunAsync(_instrument, duration, rate);
    }

    public void Dispose()
    {
        _end.Cancel();
        _watching.GetAwaiter().GetResult();
        _instrument.Dispose();
        _end.Dispose();
    }

    private async Task WatchAsync(int viewer)
    {
        using var socket = new ClientWebSocket();
        var buffer = new byte[1 << 16];
        try
        {
            await socket.ConnectAsync(new Uri($"{_instrument.Url.Replace("http", "ws", StringComparison.Ordinal)}/api/v1/live"), _end.Token);
            while (true)
            {
                await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(Request), WebSocketMessageType.Text, true, _end.Token);
                var bytes = 0;
                ValueWebSocketReceiveResult part;
                do
                    bytes += (part = await socket.ReceiveAsync(buffer.AsMemory(), _end.Token)).Count;
                while (!part.EndOfMessage);
                if (bytes > 100_000)
                    _images[viewer]++;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}

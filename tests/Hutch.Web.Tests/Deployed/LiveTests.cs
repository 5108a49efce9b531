using System.Text;
using Hutch.Native.Zmq;
using Hutch.Web.Live;

namespace Hutch.Web.Tests.Deployed;

public class LiveTests
{
    [Fact]
    public void Images_become_pictures_and_silence_says_that_there_is_no_data()
    {
        using var publisher = new ZmqSocket(ZmqSocketType.Pub);
        publisher.Bind("tcp://127.0.0.1:*");
        using var pictures = new LivePictures(publisher.LastEndpoint);
        var pixels = new byte[64 * 48 * 2];
        new Random(1).NextBytes(pixels);
        byte[]? shown = null;
        for (var i = 0; shown is null && i < 200; i++)
        {
            // What is no image is left out.
            publisher.TrySend("{\"shape\": \"x\"}"u8, more: true);
            publisher.TrySend("?"u8);
            publisher.TrySend(Encoding.UTF8.GetBytes($$"""{"frame": {{i}}, "shape": [48, 64], "type": "uint16"}"""), more: true);
            publisher.TrySend(pixels);
            shown = pictures.Next(CancellationToken.None) ?? pictures.Next(CancellationToken.None);
        }
        Assert.Equal((800, 600), JpegSize(shown!));

        byte[]? noData = null;
        for (var i = 0; i < 500 && (noData is null || noData.AsSpan().SequenceEqual(shown)); i++)
            noData = pictures.Next(CancellationToken.None);
        Assert.Equal((800, 600), JpegSize(noData!));
        Assert.NotEqual(shown, noData);
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
}

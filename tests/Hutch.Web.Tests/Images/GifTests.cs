using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Images;

namespace Hutch.Web.Tests.Images;

public class GifTests
{
    private const int FirstFrame = 13 + (256 * 3) + 19;

    [Fact]
    public void What_is_encoded_is_decoded_again()
    {
        var sizes = from width in Gen.Choose(1, 90)
                    from height in Gen.Choose(1, 90)
                    from levels in Gen.Elements(1, 2, 7, 256)
                    from seed in Gen.Choose(0, 100000)
                    select (width, height, levels, seed);
        Prop.ForAll(sizes.ToArbitrary(), size =>
        {
            var random = new Random(size.seed);
            var pixels = new byte[size.width * size.height];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)random.Next(size.levels);
            var gif = GifEncoder.Encode([pixels], size.width, size.height, TimeSpan.FromMilliseconds(100));
            Assert.Equal(pixels, Decode(gif.AsSpan(FirstFrame)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Noise_fills_the_table_of_codes_more_than_once()
    {
        var pixels = new byte[300 * 200];
        new Random(5).NextBytes(pixels);
        Assert.Equal(pixels, Decode(GifEncoder.Encode([pixels], 300, 200, TimeSpan.FromSeconds(1)).AsSpan(FirstFrame)));
    }

    // A decoder of its own, after appendix F of GIF89a: extension, descriptor, then blocks of codes.
    private static byte[] Decode(ReadOnlySpan<byte> frame)
    {
        Assert.Equal(0x21, frame[0]);
        Assert.Equal(0x2C, frame[8]);
        var codes = new List<byte>();
        for (var at = 19; frame[at] != 0; at += frame[at] + 1)
            codes.AddRange(frame.Slice(at + 1, frame[at]));
        var pixels = new List<byte>();
        var table = new List<byte[]>();
        byte[]? previous = null;
        var (bit, size) = (0, 9);
        while (true)
        {
            var code = 0;
            for (var i = 0; i < size; i++, bit++)
                code |= (codes[bit / 8] >> (bit % 8) & 1) << i;
            if (code == 257)
                return [.. pixels];
            if (code == 256)
            {
                table.Clear();
                (size, previous) = (9, null);
                continue;
            }
            byte[] entry = code < 256 ? [(byte)code] : code - 258 < table.Count ? table[code - 258] : [.. previous!, previous![0]];
            pixels.AddRange(entry);
            if (previous is not null && table.Count < 4096 - 258)
                table.Add([.. previous, entry[0]]);
            if (table.Count + 258 == 1 << size && size < 12)
                size++;
            previous = entry;
        }
    }
}

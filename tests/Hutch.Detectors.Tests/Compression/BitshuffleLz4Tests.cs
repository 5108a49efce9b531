using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Compression;

namespace Hutch.Detectors.Tests.Compression;

public class BitshuffleLz4Tests
{

    public static TheoryData<int, int> Blocks => new() { { 1, 8192 }, { 2, 4096 }, { 3, 2728 }, { 4, 2048 }, { 8, 1024 }, { 100, 128 } };

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_has_as_many_elements_as_the_bitshuffle_library_chooses(int elementSize, int elements) =>
        Assert.Equal(elements, BitshuffleLz4.BlockElements(elementSize));

    [Fact]
    public void What_is_compressed_comes_back_whatever_its_size()
    {
        var cases = from size in Gen.Elements(1, 2, 3, 4, 8)
                    from count in Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(1, 20_000), Gen.Choose(-9, 9).Select(d => (2 * BitshuffleLz4.BlockElements(size)) + d))
                    from mask in Gen.Elements(0, 3, 255)
                    from seed in Gen.Choose(0, int.MaxValue)
                    select (size, Elements: Elements(count * size, mask, seed));

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var chunk = Compress(c.Elements, c.size, room: (2 * c.Elements.Length) + 1000);
            Assert.Equal((ulong)c.Elements.Length, BitshuffleLz4.UncompressedBytes(chunk));
            var found = new byte[c.Elements.Length];
            BitshuffleLz4.Decompress(chunk, c.size, found);
            Assert.Equal(c.Elements, found);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(16)]
    [InlineData(5000)]
    [InlineData(40_000)]
    public void What_does_not_fit_is_refused_and_nothing_is_written_beyond_the_room(int room)
    {
        var target = new byte[room + 100];
        target.AsSpan().Fill(0xEE);

        var length = BitshuffleLz4.Compress(Elements(40_000, 255, 1), 2, target.AsSpan(0, room), new byte[BitshuffleLz4.ScratchBytes(2)]);

        Assert.Equal(0, length);
        Assert.All(target[room..], b => Assert.Equal(0xEE, b));
    }

    [Fact]
    public void Damaged_chunks_are_refused_or_give_other_pixels_but_nothing_else_happens()
    {
        var elements = Elements(20_010, 3, 7);
        var chunk = Compress(elements, 2, 40_000);
        var damages = from at in Gen.Choose(0, chunk.Length - 1) from value in Gen.Choose(0, 255) from length in Gen.Choose(0, chunk.Length) select (at, value, length);

        Prop.ForAll(damages.ToArbitrary(), d =>
        {
            var damaged = chunk.ToArray();
            damaged[d.at] = (byte)d.value;
            Decompress(damaged, elements.Length);
            Assert.True(d.length == chunk.Length || !Decompress(chunk[..d.length], elements.Length), $"a chunk of {d.length} bytes was taken for a whole one");
        }).QuickCheckThrowOnFailure();
    }

    private static bool Decompress(byte[] chunk, int bytes)
    {
        try
        {
            BitshuffleLz4.Decompress(chunk, 2, new byte[bytes]);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Compress(byte[] elements, int size, int room)
    {
        var target = new byte[room];
        var length = BitshuffleLz4.Compress(elements, size, target, new byte[BitshuffleLz4.ScratchBytes(size)]);
        Assert.NotEqual(0, length);
        return target[..length];
    }

    private static byte[] Elements(int bytes, int mask, int seed)
    {
        var elements = new byte[bytes];
        new Random(seed).NextBytes(elements);
        for (var i = 0; i < bytes; i++)
            elements[i] &= (byte)mask;
        return elements;
    }
}

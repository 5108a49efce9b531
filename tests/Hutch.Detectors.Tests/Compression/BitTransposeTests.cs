using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Compression;

namespace Hutch.Detectors.Tests.Compression;

public unsafe class BitTransposeTests
{
    [Fact]
    public void The_lowest_bits_of_all_elements_come_first()
    {
        // Elements 1, 2, 4, ... 0x0101 of 16 bits: each plane has the bit of one element, the planes of bits 0 and 8 that of the last one as well.
        ushort[] elements = [1, 2, 4, 8, 16, 32, 64, 0x0101];
        var planes = new byte[16];
        fixed (ushort* source = elements)
        fixed (byte* target = planes)
            BitTranspose.ForwardScalar((byte*)source, target, 8, 2);

        Assert.Equal([0x81, 2, 4, 8, 16, 32, 64, 0, 0x80, 0, 0, 0, 0, 0, 0, 0], planes);
    }

    [Fact]
    public void The_vectors_do_what_the_scalar_loop_does_and_touch_nothing_else()
    {
        var cases = from size in Gen.Elements(1, 2, 3, 4, 8) from lots in Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(0, 200)) from seed in Gen.Choose(0, int.MaxValue) select (size, lots, seed);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var elements = new byte[c.size * c.lots * 8];
            new Random(c.seed).NextBytes(elements);
            var expected = Transform(elements, c.size, &BitTranspose.Forward);
            var found = Transform(elements, c.size, &Scalar);
            Assert.Equal(expected, found);
            Assert.Equal(elements, Transform(found, c.size, &BitTranspose.Backward));
            Assert.Equal(elements, Transform(found, c.size, &ScalarBack));
        }).QuickCheckThrowOnFailure();
    }

    private static void Scalar(byte* source, byte* target, int count, int size) => BitTranspose.ForwardScalar(source, target, count, size);

    private static void ScalarBack(byte* source, byte* target, int count, int size) => BitTranspose.BackwardScalar(source, target, count, size);

    private static byte[] Transform(byte[] input, int size, delegate*<byte*, byte*, int, int, void> transform)
    {
        var output = new byte[input.Length + 64];
        output.AsSpan().Fill(0xEE);
        fixed (byte* source = input, target = output)
            transform(source, target + 32, input.Length / size, size);
        Assert.All(output[..32].Concat(output[^32..]), b => Assert.Equal(0xEE, b));
        return output[32..^32];
    }
}

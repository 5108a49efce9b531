using FsCheck;
using FsCheck.Fluent;
using Hutch.Detectors.Assembly;

namespace Hutch.Detectors.Tests.Assembly;

public unsafe class Packed12Tests
{
    [Fact]
    public void Two_pixels_are_three_bytes()
    {
        byte[] packed = [0x34, 0xA2, 0xBC];
        var pixels = new ushort[2];
        fixed (byte* source = packed)
        fixed (ushort* target = pixels)
            Packed12.UnpackScalar(source, target, 2);

        Assert.Equal([0x234, 0xBCA], pixels);
    }

    [Fact]
    public void The_vectors_do_what_the_scalar_loop_does_and_touch_nothing_else()
    {
        var rows = from pairs in Gen.Choose(0, 200)
                   from bytes in Gen.ArrayOf(Gen.Choose(0, 255), pairs * 3)
                   from shift in Gen.Choose(0, 63)
                   select (Packed: bytes.Select(b => (byte)b).ToArray(), shift);

        Prop.ForAll(rows.ToArbitrary(), row =>
        {
            var (packed, shift) = row;
            var count = packed.Length * 2 / 3;
            var expected = new ushort[count];
            var memory = new ushort[shift + count + 32];
            memory.AsSpan().Fill(0xEEEE);
            fixed (byte* source = packed)
            fixed (ushort* scalar = expected, vectors = &memory[shift])
            {
                Packed12.UnpackScalar(source, scalar, count);
                Packed12.Unpack(source, vectors, count);
            }
            Assert.Equal(expected, memory[shift..(shift + count)]);
            Assert.All(memory[..shift].Concat(memory[(shift + count)..]), p => Assert.Equal(0xEEEE, p));

            var again = new byte[packed.Length];
            Packed12.Pack(expected, again);
            Assert.Equal(packed, again);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }
}

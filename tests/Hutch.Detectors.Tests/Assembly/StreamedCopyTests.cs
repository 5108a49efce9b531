using Hutch.Detectors.Assembly;

namespace Hutch.Detectors.Tests.Assembly;

public unsafe class StreamedCopyTests
{
    [Fact]
    public void All_sizes_and_alignments_are_copied_and_nothing_else_is_touched()
    {
        var source = new byte[1024];
        new Random(1).NextBytes(source);
        var target = GC.AllocateArray<byte>(1024, pinned: true);
        var expected = new byte[1024];
        foreach (var bytes in Enumerable.Range(0, 260).Concat([511, 512, 700]))
        {
            for (var at = 0; at < 64; at++)
            {
                target.AsSpan().Fill(0xEE);
                expected.AsSpan().Fill(0xEE);
                source.AsSpan(at / 3, bytes).CopyTo(expected.AsSpan(at + 64));
                fixed (byte* from = source, to = target)
                    StreamedCopy.Copy(from + (at / 3), to + 64 + at, bytes);
                Assert.True(expected.AsSpan().SequenceEqual(target), $"{bytes} bytes to alignment {at}");
            }
        }
    }

    [Fact]
    public void Two_neighbouring_runs_come_to_their_places_with_zeros_between_at_any_alignment_and_nothing_else_is_touched()
    {
        if (!StreamedCopy.IsPair(128, 0, 128))
            return;   // a processor without stores of whole lines copies each run by itself
        var random = new Random(1);
        var (from, to, expected) = (new byte[1024], GC.AllocateArray<byte>(2048, pinned: true), new byte[2048]);
        random.NextBytes(from);
        for (var i = 0; i < 200_000; i++)
        {
            var (first, gap, second, at, offset) = (random.Next(128, 300), random.Next(64), random.Next(128, 300), random.Next(64, 192), random.Next(64));
            to.AsSpan().Fill(0xEE);
            expected.AsSpan().Fill(0xEE);
            from.AsSpan(offset, first).CopyTo(expected.AsSpan(at));
            expected.AsSpan(at + first, gap).Clear();
            from.AsSpan(offset + first, second).CopyTo(expected.AsSpan(at + first + gap));
            fixed (byte* source = from, target = to)
                StreamedCopy.CopyPair(source + offset, target + at, first, gap, second);
            Assert.True(to.AsSpan().SequenceEqual(expected), $"{first} + {gap} + {second} bytes from {offset} to {at}");
        }
    }
}
